//! A film as GIF: one palette for all frames, so that nothing flickers.
//!
//! The most frequent colours have their own entries in the palette; the others share the remaining entries (NeuQuant,
//! A. Dekker, Network: Computation in Neural Systems 5, 1994, by the crate color_quant).

use super::{Film, Pixels, Progress, ended, failed};
use color_quant::NeuQuant;
use gif::{DisposalMethod, Encoder, Frame, Repeat};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// How many frames are used for the palette.
const LOOKED_AT: usize = 8;
/// Up to so many bytes of pixels these frames are kept, so that they are not drawn twice.
const MOST_KEPT: usize = 32 << 20;
/// Colours that have a place of their own.
const OWN: usize = 48;
/// The index of a pixel that does not change.
const UNCHANGED: u8 = 255;
/// The greatest weight of a colour in the quantisation of the others.
const MOST_COUNTED: usize = 24;
/// Side of the pattern of dithering.
const PATTERN: usize = 8;
/// How far dithering moves red, green and blue, out of 255.
const DITHER: i32 = 9;

/// Frames with their numbers.
type Kept = BTreeMap<usize, Pixels>;

/// Colours with their frequencies, in the order of the colours.
type Counts = Vec<([u8; 3], usize)>;

/// Writes the film.
pub fn write(film: &mut Film, out: &mut dyn Write, progress: Progress<'_>) -> io::Result<()> {
    let frames = film.frames();
    let (palette, mut kept) = palette_of(film)?;
    let mut finder = Finder::new(palette);
    let side = |length: usize| {
        u16::try_from(length).map_err(|_| failed("a GIF is at most 65535 pixels wide and high".to_owned()))
    };
    let [width, height] = [side(film.options.size[0])?, side(film.options.size[1])?];
    let mut colours = finder.palette.as_flattened().to_vec();
    colours.resize(3 * 256, 0);
    let mut encoder = Encoder::new(out, width, height, &colours).map_err(|error| failed(error.to_string()))?;
    encoder.set_repeat(Repeat::Infinite).map_err(|error| failed(error.to_string()))?;
    let dither = film.options.dither;
    let mut before: Option<Vec<u8>> = None;
    for index in 0..frames {
        let pixels = match kept.remove(&index) {
            Some(pixels) => pixels,
            None => film.pixels(index).map_err(failed)?,
        };
        let indices = finder.indices(&pixels, dither);
        let mut frame = changed(before.as_deref(), &indices, pixels.size);
        frame.delay = film.shown(index, 100.0);
        encoder.write_frame(&frame).map_err(|error| failed(error.to_string()))?;
        before = Some(indices);
        if !progress(index + 1, frames) {
            return Err(ended());
        }
    }
    Ok(())
}

/// The palette of a film, from some of its frames, and these frames with their numbers if they are small.
fn palette_of(film: &mut Film) -> io::Result<(Vec<[u8; 3]>, Kept)> {
    let frames = film.frames();
    let looked_at = LOOKED_AT.min(frames);
    let mut counts = Counts::new();
    let mut kept = Kept::new();
    for k in 0..looked_at {
        let frame = if looked_at > 1 { k * (frames - 1) / (looked_at - 1) } else { 0 };
        let pixels = film.pixels(frame).map_err(failed)?;
        count(&pixels, &mut counts);
        if looked_at * pixels.rgb.len() <= MOST_KEPT {
            kept.insert(frame, pixels);
        }
    }
    Ok((palette(counts), kept))
}

fn count(pixels: &Pixels, counts: &mut Counts) {
    let (colours, _) = pixels.rgb.as_chunks::<3>();
    // Most pixels are as the one to their left.
    counts.extend(colours.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())));
    counts.sort_unstable_by_key(|(colour, _)| *colour);
    counts.dedup_by(|(colour, count), (before, sum)| {
        let is_same = colour == before;
        if is_same {
            *sum += *count;
        }
        is_same
    });
}

/// At most 255 colours for the given colours with their frequencies.
fn palette(counts: Counts) -> Vec<[u8; 3]> {
    let room = usize::from(UNCHANGED);
    if counts.len() <= room {
        return counts.into_iter().map(|(colour, _)| colour).collect();
    }
    let mut by_area = counts;
    by_area.sort_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
    let others = by_area.split_off(OWN);
    let mut palette: Vec<[u8; 3]> = by_area.into_iter().map(|(colour, _)| colour).collect();
    let mut sample: Vec<u8> = Vec::new();
    for ([red, green, blue], count) in others {
        for _ in 0..count.min(MOST_COUNTED).div_ceil(4) {
            sample.extend([red, green, blue, 255]);
        }
    }
    let quantiser = NeuQuant::new(6, room - OWN, &sample);
    palette.extend(quantiser.color_map_rgb().as_chunks::<3>().0);
    palette.truncate(room);
    palette
}

/// Finds the nearest colour of a palette.
struct Finder {
    palette: Vec<[u8; 3]>,
    /// Colours that were found before, with their index.
    known: Vec<Option<([u8; 3], u8)>>,
}

/// Colours that are remembered.
const REMEMBERED: usize = 1 << 16;

impl Finder {
    fn new(palette: Vec<[u8; 3]>) -> Finder {
        Finder { palette, known: vec![None; REMEMBERED] }
    }

    fn indices(&mut self, pixels: &Pixels, dither: bool) -> Vec<u8> {
        let width = pixels.size[0];
        let (colours, _) = pixels.rgb.as_chunks::<3>();
        if dither {
            let dithered = |(k, colour): (usize, &[u8; 3])| self.index(moved(*colour, threshold(k % width, k / width)));
            return colours.iter().enumerate().map(dithered).collect();
        }
        let mut indices = Vec::with_capacity(colours.len());
        for run in colours.chunk_by(|a, b| a == b) {
            let index = self.index(run[0]);
            indices.resize(indices.len() + run.len(), index);
        }
        indices
    }

    fn index(&mut self, colour: [u8; 3]) -> u8 {
        let [red, green, blue] = colour.map(usize::from);
        let place = (red * 0x9e5 + green * 0x1f35 + blue * 0x6f) % REMEMBERED;
        if let Some((known, index)) = self.known[place]
            && known == colour
        {
            return index;
        }
        // The eye is most sensitive to green, and least to blue.
        let apart = |other: &[u8; 3]| {
            let by = |k: usize| (i32::from(colour[k]) - i32::from(other[k])).pow(2);
            3 * by(0) + 5 * by(1) + 2 * by(2)
        };
        let nearest = (0..self.palette.len()).min_by_key(|index| apart(&self.palette[*index])).unwrap_or(0);
        // The palette has at most 255 colours.
        let index = u8::try_from(nearest).unwrap_or(0);
        self.known[place] = Some((colour, index));
        index
    }
}

/// The threshold of a pixel, −0.5 to 0.5: that of an ordered pattern (B. Bayer 1973), which is the same in every frame.
fn threshold(x: usize, y: usize) -> f32 {
    let (x, y) = (x % PATTERN, y % PATTERN);
    let mut value = 0;
    for bit in 0..3 {
        let (a, b) = ((x >> bit) & 1, (y >> bit) & 1);
        value = 4 * value + 2 * (a ^ b) + b;
    }
    (value as f32 + 0.5) / 64.0 - 0.5
}

fn moved(colour: [u8; 3], threshold: f32) -> [u8; 3] {
    let by = (threshold * DITHER as f32).round() as i32;
    colour.map(|channel| (i32::from(channel) + by).clamp(0, 255) as u8)
}

/// The part of a frame that differs from the one before.
fn changed(before: Option<&[u8]>, indices: &[u8], [width, height]: [usize; 2]) -> Frame<'static> {
    let whole = || Frame {
        width: width as u16,
        height: height as u16,
        dispose: DisposalMethod::Keep,
        buffer: indices.to_vec().into(),
        ..Frame::default()
    };
    let Some(before) = before else { return whole() };
    let differs = |row: usize, column: usize| before[row * width + column] != indices[row * width + column];
    let row_differs = |row: &usize| before[row * width..(row + 1) * width] != indices[row * width..(row + 1) * width];
    let (Some(top), Some(bottom)) = ((0..height).find(row_differs), (0..height).rev().find(row_differs)) else {
        let nothing = Frame { width: 1, height: 1, dispose: DisposalMethod::Keep, ..Frame::default() };
        return Frame { transparent: Some(UNCHANGED), buffer: vec![UNCHANGED].into(), ..nothing };
    };
    let column_differs = |column: &usize| (top..=bottom).any(|row| differs(row, *column));
    let left = (0..width).find(column_differs).unwrap_or(0);
    let right = (0..width).rev().find(column_differs).unwrap_or(width - 1);
    let pixel =
        |row: usize, column: usize| if differs(row, column) { indices[row * width + column] } else { UNCHANGED };
    let buffer: Vec<u8> = (top..=bottom)
        .flat_map(|row| (left..=right).map(move |column| (row, column)))
        .map(|(row, column)| pixel(row, column))
        .collect();
    Frame {
        left: left as u16,
        top: top as u16,
        width: (right - left + 1) as u16,
        height: (bottom - top + 1) as u16,
        transparent: Some(UNCHANGED),
        buffer: buffer.into(),
        ..whole()
    }
}
