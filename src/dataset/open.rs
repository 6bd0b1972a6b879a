//! Opening a file that a person names, without ever waiting.
//!
//! Opening a named pipe waits until somebody writes to it, perhaps for ever. So only regular files, devices and the
//! descriptors that the process was started with (`/dev/stdin`, `/dev/fd/63`) are opened.

use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::path::Path;
#[cfg(unix)]
use std::path::PathBuf;

/// Opens a file for reading.
///
/// # Errors
/// Returns an error if the system refuses, or if the file is a named pipe, a socket or a disk.
pub(crate) fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    match descriptor(path) {
        Some(0) => return Ok(Box::new(io::stdin())),
        Some(_) => {}
        None => {
            if let Some(kind) = unfit(fs::metadata(path)?.file_type()) {
                return Err(io::Error::other(format!("it is {kind}, not a file; redirect it to /dev/stdin instead")));
            }
        }
    }
    Ok(Box::new(File::open(path)?))
}

/// The bytes of a file of at most `most` bytes.
///
/// # Errors
/// Returns an error if the system refuses, if the file is a named pipe, a socket or a disk, or if it is longer.
pub(crate) fn read_at_most(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other(format!("it is longer than {most} bytes")));
    }
    Ok(bytes)
}

/// The name of a kind of file that must not be opened, because opening it may wait for ever or writing to it destroys a
/// disk; `None` for other kinds.
pub(crate) fn unfit(kind: FileType) -> Option<&'static str> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Some("a named pipe");
        }
        if kind.is_socket() {
            return Some("a socket");
        }
        if kind.is_block_device() {
            return Some("a disk");
        }
    }
    let _ = kind;
    None
}

/// The most links that are followed, as on Linux.
pub(crate) const MAX_LINKS: usize = 40;

/// The number of the process's own descriptor that a path names: 0 for `/dev/stdin`.
#[cfg(unix)]
pub(crate) fn descriptor(path: &Path) -> Option<u32> {
    let own: Vec<PathBuf> = ["/dev/fd", "/proc/self/fd"].iter().filter_map(|own| fs::canonicalize(own).ok()).collect();
    let mut path = std::path::absolute(path).ok()?;
    for _ in 0..MAX_LINKS {
        let folder = path.parent()?.to_owned();
        let number = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
        if number.is_some() && fs::canonicalize(&folder).is_ok_and(|folder| own.contains(&folder)) {
            return number;
        }
        path = folder.join(fs::read_link(&path).ok()?);
    }
    None
}

/// The number of the process's own descriptor that a path names.
#[cfg(not(unix))]
pub(crate) fn descriptor(_: &Path) -> Option<u32> {
    None
}

/// The message of the operating system, without the error number at its end.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_lowercase(),
        None => text,
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]
    use super::*;

    #[test]
    fn own_descriptors_are_known_by_every_name() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/stdin", &link).unwrap();
        let named = [("/dev/stdin", 0), ("/dev/stdout", 1), ("/dev/stderr", 2), ("/dev/fd/0", 0), ("/dev/fd/63", 63)];
        for (path, number) in named {
            assert_eq!(descriptor(Path::new(path)), Some(number), "{path}");
        }
        assert_eq!(descriptor(&link), Some(0));
        for path in ["/dev/null", "0", "/dev/fd", "/dev/fd/x", "/", ""] {
            assert_eq!(descriptor(Path::new(path)), None, "{path}");
        }
        std::os::unix::fs::symlink("circle", folder.path().join("circle")).unwrap();
        assert_eq!(descriptor(&folder.path().join("circle")), None);
    }

    #[test]
    fn a_socket_is_refused_and_a_device_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let refused = open(&path).err().unwrap();
        assert!(refused.to_string().contains("it is a socket"), "{refused}");
        let mut bytes = Vec::new();
        assert_eq!(open(Path::new("/dev/null")).unwrap().read_to_end(&mut bytes).unwrap(), 0);
    }
}
