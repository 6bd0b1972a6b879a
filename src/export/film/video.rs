//! A film as MP4 or WebM, by the program `ffmpeg`, if it is installed.

use super::{Film, FilmFormat, Progress, ended, failed};
use crate::export::write::{ExportError, words, write_streamed};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The path of `ffmpeg`; `None` if it is not installed.
pub fn video_program() -> Option<PathBuf> {
    let name = if cfg!(windows) { "ffmpeg.exe" } else { "ffmpeg" };
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Writes the film.
pub fn write(film: &mut Film, path: &Path, format: FilmFormat, progress: Progress<'_>) -> Result<(), ExportError> {
    let wrong = |reason: String| ExportError { path: path.to_owned(), reason };
    let program = video_program().ok_or_else(|| {
        wrong("MP4 and WebM are made by the program ffmpeg, which is not installed; .gif, .apng and frame-%04d.png need no other program".to_owned())
    })?;
    let folder = tempfile::tempdir().map_err(|error| wrong(words(&error)))?;
    let ending = if format == FilmFormat::Mp4 { "mp4" } else { "webm" };
    let made = folder.path().join(format!("film.{ending}"));
    encode(film, &program, &made, format, progress).map_err(|error| wrong(words(&error)))?;
    write_streamed(path, &mut |out| io::copy(&mut File::open(&made)?, out).map(|_| ()))
}

fn encode(film: &mut Film, program: &Path, made: &Path, format: FilmFormat, progress: Progress<'_>) -> io::Result<()> {
    let [width, height] = film.options.size;
    let codec = if format == FilmFormat::Mp4 { "libx264" } else { "libvpx-vp9" };
    let mut child = Command::new(program)
        .args(["-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"])
        .args(["-s", &format!("{width}x{height}"), "-r", &format!("{}", film.options.rate), "-i", "-", "-an"])
        // Codecs want even sides.
        .args(["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-c:v", codec, "-pix_fmt", "yuv420p"])
        .arg(made)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let fed = match child.stdin.take() {
        Some(mut input) => feed(film, &mut input, progress),
        None => Err(io::Error::other("ffmpeg takes no input")),
    };
    if fed.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::Interrupted) {
        let _ = child.kill();
    }
    let mut said = String::new();
    if let Some(mut errors) = child.stderr.take() {
        let _ = errors.read_to_string(&mut said);
    }
    let status = child.wait()?;
    match fed {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
        _ if !status.success() => Err(failed(format!("ffmpeg failed: {}", said.trim()))),
        fed => fed,
    }
}

fn feed(film: &mut Film, input: &mut dyn Write, progress: Progress<'_>) -> io::Result<()> {
    let frames = film.frames();
    for frame in 0..frames {
        let pixels = film.pixels(frame).map_err(failed)?;
        for _ in 0..film.times(frame) {
            input.write_all(&pixels.rgb)?;
        }
        if !progress(frame + 1, frames) {
            return Err(ended());
        }
    }
    Ok(())
}
