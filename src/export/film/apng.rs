//! A film as APNG, and a frame as PNG, with exact colours.

use super::{Film, Pixels, Progress, ended, failed};
use png::{BitDepth, ColorType, Compression, Encoder};
use std::io::{self, Write};

/// Writes the film.
pub fn write(film: &mut Film, out: &mut dyn Write, progress: Progress<'_>) -> io::Result<()> {
    let frames = film.frames();
    let [width, height] = film.options.size.map(|side| side as u32);
    let mut encoder = encoder(out, width, height);
    let count = u32::try_from(frames).map_err(|_| failed("a film cannot have so many frames".to_owned()))?;
    encoder.set_animated(count, 0).map_err(wrong)?;
    let mut writer = encoder.write_header().map_err(wrong)?;
    let mut before: Option<Pixels> = None;
    for index in 0..frames {
        let pixels = film.pixels(index).map_err(failed)?;
        let [left, top, right, bottom] = changed(before.as_ref(), &pixels);
        writer.set_frame_delay(film.shown(index, 1000.0), 1000).map_err(wrong)?;
        if index > 0 {
            writer.reset_frame_position().map_err(wrong)?;
            writer.set_frame_dimension((right - left) as u32, (bottom - top) as u32).map_err(wrong)?;
            writer.set_frame_position(left as u32, top as u32).map_err(wrong)?;
        }
        let row = |row: usize| &pixels.rgb[3 * (row * pixels.size[0] + left)..3 * (row * pixels.size[0] + right)];
        let part: Vec<u8> = (top..bottom).flat_map(row).copied().collect();
        writer.write_image_data(&part).map_err(wrong)?;
        before = Some(pixels);
        if !progress(index + 1, frames) {
            return Err(ended());
        }
    }
    writer.finish().map_err(wrong)
}

/// A frame as a PNG file.
pub fn encoded(pixels: &Pixels) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let [width, height] = pixels.size.map(|side| side as u32);
    let mut writer = encoder(&mut bytes, width, height).write_header().map_err(wrong)?;
    writer.write_image_data(&pixels.rgb).map_err(wrong)?;
    writer.finish().map_err(wrong)?;
    Ok(bytes)
}

fn encoder<W: Write>(out: W, width: u32, height: u32) -> Encoder<'static, W> {
    let mut encoder = Encoder::new(out, width, height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Fast);
    encoder
}

fn wrong(error: png::EncodingError) -> io::Error {
    match error {
        png::EncodingError::IoError(error) => error,
        other => failed(other.to_string()),
    }
}

/// The part of a frame that differs from the one before: left, top, and exclusive right and bottom; at least one pixel.
fn changed(before: Option<&Pixels>, pixels: &Pixels) -> [usize; 4] {
    let [width, height] = pixels.size;
    let Some(before) = before else { return [0, 0, width, height] };
    let (old, new) = (before.rgb.as_chunks::<3>().0, pixels.rgb.as_chunks::<3>().0);
    let row_differs = |row: &usize| old[row * width..(row + 1) * width] != new[row * width..(row + 1) * width];
    let (Some(top), Some(bottom)) = ((0..height).find(row_differs), (0..height).rev().find(row_differs)) else {
        return [0, 0, 1, 1];
    };
    let column_differs =
        |column: &usize| (top..=bottom).any(|row| old[row * width + column] != new[row * width + column]);
    let left = (0..width).find(column_differs).unwrap_or(0);
    let right = (0..width).rev().find(column_differs).unwrap_or(width - 1);
    [left, top, right + 1, bottom + 1]
}
