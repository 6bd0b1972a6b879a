#![expect(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]

use super::*;
use crate::landscape::View;
use crate::scene::Colour;
use crate::scene::contrast_tests::{VISIONS, difference, lab};
use resvg::tiny_skia::Pixmap;
use std::fs;

fn study(formula: &str) -> Study {
    Study::of_formula(formula, View::new(-2.0, 2.0, -2.0, 2.0).unwrap())
}

fn options(size: [usize; 2]) -> FilmOptions {
    FilmOptions { size, rate: 10.0, seconds: Some(0.5), ..FilmOptions::default() }
}

fn film(formula: &str, script: Script) -> Film {
    Film::new(&study(formula), script, options([240, 180])).unwrap()
}

fn written(film: &mut Film, name: &str, format: FilmFormat) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    assert!(write_film(film, &path, format, &mut |_, _| true).unwrap());
    fs::read(path).unwrap()
}

/// The frames of a GIF as a reader shows them.
fn gif_frames(bytes: &[u8], [width, height]: [usize; 2]) -> Vec<(Vec<[u8; 3]>, u16)> {
    let mut decoder = ::gif::DecodeOptions::new();
    decoder.set_color_output(::gif::ColorOutput::Indexed);
    let mut decoder = decoder.read_info(bytes).unwrap();
    let palette = decoder.global_palette().unwrap().as_chunks::<3>().0.to_vec();
    let mut shown = vec![[0; 3]; width * height];
    let mut frames = Vec::new();
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        assert!(frame.palette.is_none(), "all frames share one palette");
        for (k, index) in frame.buffer.iter().enumerate() {
            let (row, column) = (k / usize::from(frame.width), k % usize::from(frame.width));
            if frame.transparent != Some(*index) {
                shown[(row + usize::from(frame.top)) * width + column + usize::from(frame.left)] =
                    palette[usize::from(*index)];
            }
        }
        frames.push((shown.clone(), frame.delay));
    }
    frames
}

/// The difference (CIEDE2000) that 95 of 100 pixels keep within.
fn usual_difference(pixels: &Pixels, shown: &[[u8; 3]]) -> f64 {
    let seen = |[red, green, blue]: [u8; 3]| lab(Colour([red, green, blue, 255]), &VISIONS[0].1);
    let colours = pixels.rgb.as_chunks::<3>().0;
    let mut steps: Vec<f64> =
        colours.iter().zip(shown).step_by(7).map(|(a, b)| difference(seen(*a), seen(*b))).collect();
    steps.sort_by(f64::total_cmp);
    steps[steps.len() * 95 / 100]
}

/// A GIF has 256 colours, and 95 of 100 pixels of a frame differ from what was drawn by no more than 3 in CIEDE2000.
#[test]
fn a_gif_has_the_colours_of_its_frames() {
    for script in [Script::Runs(Clock::Steps), Script::Turn] {
        let mut film = film("w1^2 - w2^2", script);
        let frames = gif_frames(&written(&mut film, "run.gif", FilmFormat::Gif), [240, 180]);
        assert_eq!(frames.len(), 5);
        for (index, (shown, _)) in frames.iter().enumerate() {
            let step = usual_difference(&film.pixels(index).unwrap(), shown);
            assert!(step <= 3.0, "frame {index} differs by {step}");
        }
    }
}

/// Five frames at ten a second with the ends held for half a second and one and a half: 0.6 s, three times 0.1 s, and
/// 1.6 s.
#[test]
fn the_ends_of_a_film_are_held() {
    let mut film = film("w1^2 - w2^2", Script::Runs(Clock::Steps));
    let delays: Vec<u16> =
        gif_frames(&written(&mut film, "run.gif", FilmFormat::Gif), [240, 180]).iter().map(|frame| frame.1).collect();
    assert_eq!(delays, [60, 10, 10, 10, 160]);
    let folder = tempfile::tempdir().unwrap();
    write_film(&mut film, &folder.path().join("frame-%03d.png"), FilmFormat::Frames, &mut |_, _| true).unwrap();
    let count = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(count, 6 + 3 + 16);
    let read = |number: usize| fs::read(folder.path().join(format!("frame-{number:03}.png"))).unwrap();
    assert!(read(1) == read(6) && read(6) != read(7) && read(25) == read(10));
}

#[test]
fn the_same_study_gives_the_same_bytes() {
    for (name, format) in [("a.gif", FilmFormat::Gif), ("a.apng", FilmFormat::Apng)] {
        let bytes = |_| written(&mut film("w1^2 + w2^4", Script::Turn), name, format);
        let [one, other] = [0, 1].map(bytes);
        assert!(one == other, "{name}");
    }
}

/// The most that a colour changes by rounding, of 255, where a few translucent marks are laid over each other in one
/// order or another: one for each of them.
const ROUNDING: u8 = 6;

/// Frames that are drawn from parts that they share are those that are drawn whole, up to the rounding of colours that
/// are laid over each other.
#[test]
fn parts_that_frames_share_change_nothing() {
    for script in [Script::Runs(Clock::Steps), Script::Turn] {
        let mut film = film("w1^3 - w2^2", script);
        for frame in 0..film.frames() {
            let scene = film.scene(frame).unwrap();
            let whole: Pixmap = crate::export::render::pixels(&scene, 1.0).unwrap();
            let parts = film.pixels(frame).unwrap();
            let farthest = whole
                .data()
                .chunks_exact(4)
                .flat_map(|pixel| &pixel[..3])
                .zip(&parts.rgb)
                .map(|(a, b)| a.abs_diff(*b))
                .max();
            assert!(farthest <= Some(ROUNDING), "frame {frame}: {farthest:?} of 255");
        }
    }
}

/// An APNG is a PNG whose first frame is what programs without animation show.
#[test]
fn an_apng_is_read_as_a_png() {
    let mut film = film("w1^2 - w2^2", Script::Runs(Clock::Steps));
    let bytes = written(&mut film, "run.apng", FilmFormat::Apng);
    let mut reader = ::png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    assert_eq!(reader.info().animation_control().unwrap().num_frames, 5);
    let mut first = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut first).unwrap();
    let drawn = film.pixels(0).unwrap().rgb;
    assert_eq!(first.len(), drawn.len());
    let farthest = first.iter().zip(&drawn).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(farthest <= Some(ROUNDING), "{farthest:?} of 255");
}

/// In a sweep of a from −1 to 1 in five frames a is −1, −0.5, 0, 0.5 and 1, and each frame has the critical points of
/// its a: those of w1³/3 − a·w1 are at ±√a.
#[test]
fn everything_is_computed_for_each_value_of_a_sweep() {
    let mut study = study("w1^3/3 - a*w1 + w2^2");
    study.landscape.parameters.insert("a".to_owned(), Decimal::from(1.0));
    let script = Script::Sweep(Swept::Parameter("a".to_owned()), [-1.0, 1.0]);
    let mut film = Film::new(&study, script, options([240, 180])).unwrap();
    let counts: Vec<usize> = (0..5)
        .map(|frame| {
            film.scene(frame).unwrap();
            film.findings.points.points.len()
        })
        .collect();
    assert_eq!(counts, [0, 0, 1, 2, 2]);
    let missing = Script::Sweep(Swept::Parameter("b".to_owned()), [0.0, 1.0]);
    assert!(Film::new(&study, missing, options([240, 180])).err().unwrap().contains("no parameter 'b'"));
}

/// A stopped film leaves an existing file unchanged, and no other file.
#[test]
fn a_film_that_is_ended_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    for (name, format) in [("a.gif", FilmFormat::Gif), ("a.apng", FilmFormat::Apng), ("a-%d.png", FilmFormat::Frames)] {
        let path = folder.path().join(name);
        fs::write(&path, "before").unwrap();
        let mut film = film("w1^2 - w2^2", Script::Runs(Clock::Steps));
        assert!(!write_film(&mut film, &path, format, &mut |done, _| done < 2).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"before");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[test]
fn a_name_has_a_place_for_a_number() {
    let path = |pattern: &str, number| Numbered::of(Path::new(pattern)).map(|numbered| numbered.path(number));
    assert_eq!(path("films/frame-%04d.png", 7), Some("films/frame-0007.png".into()));
    assert_eq!(path("%d.png", 12), Some("12.png".into()));
    for without in ["frame.png", "frame-%s.png", "frame-%4d.png", "50%.png", "%d-%d.png", "%099d.png"] {
        assert_eq!(path(without, 1), None, "{without}");
    }
}

/// Digits follow the range: in thousandths of a range of 1 nothing is lost, and a learning rate is not written with
/// seventeen.
#[test]
fn values_of_a_sweep_are_short() {
    assert_eq!(round_value(1.0 / 3.0, 1.0), 0.3333);
    assert_eq!(round_value(0.001 + 0.002 / 3.0, 0.002), 0.001_666_7);
    assert_eq!(round_value(123.456_789, 100.0), 123.46);
}
