//! Files written whole or not at all.
//!
//! The content goes to a temporary file beside the target, `.losscape-*.part`, which is then renamed. The writer holds
//! a lock on it. The next writer in the same folder removes unlocked temporary files, which killed writers left behind.
//! Content that takes long to make, as a film's, first goes to a file without a name, which nobody has to remove.

use crate::dataset::{MAX_LINKS, descriptor, reason, unfit};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// The reason why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {reason}", path.display())]
pub struct ExportError {
    /// The file.
    pub path: PathBuf,
    /// The reason.
    pub reason: String,
}

/// Writes a file whole or not at all. Symbolic links are followed and stay links, even if their target does not exist
/// yet. A replaced file keeps its permissions. Descriptors of the process, such as `/dev/stdout`, and devices are
/// written to directly. Named pipes, sockets and disks are refused.
///
/// # Errors
/// Returns an error if a step fails. An existing file is then unchanged.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), ExportError> {
    write(path, Content::Ready(bytes)).map_err(|reason| ExportError { path: path.to_owned(), reason })
}

/// Like [`write_whole`], for content that is produced while it is written. If `fill` fails, or if the process is killed
/// meanwhile, nothing that it wrote is visible.
///
/// # Errors
/// Returns an error if a step fails. An existing file is then unchanged.
pub fn write_streamed(path: &Path, fill: Fill<'_>) -> Result<(), ExportError> {
    write(path, Content::Made(fill)).map_err(|reason| ExportError { path: path.to_owned(), reason })
}

/// Writes the content of a file.
type Fill<'a> = &'a mut dyn FnMut(&mut dyn Write) -> io::Result<()>;

/// The content of a file.
enum Content<'a> {
    Ready(&'a [u8]),
    /// It is made while it is written, which may take long.
    Made(Fill<'a>),
}

impl Content<'_> {
    fn write_to(&mut self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Content::Ready(bytes) => out.write_all(bytes),
            Content::Made(fill) => fill(out),
        }
    }

    /// A temporary file with the content.
    fn part_in(&mut self, folder: &Path) -> io::Result<NamedTempFile> {
        let mut part;
        match self {
            Content::Ready(bytes) => {
                part = part_in(folder)?;
                part.write_all(bytes)?;
            }
            Content::Made(fill) => {
                let mut whole = tempfile::tempfile_in(folder)?;
                fill(&mut whole)?;
                whole.rewind()?;
                part = part_in(folder)?;
                io::copy(&mut whole, &mut part)?;
            }
        }
        Ok(part)
    }
}

fn write(path: &Path, mut content: Content<'_>) -> Result<(), String> {
    if path.as_os_str().is_empty() {
        return Err("the file has no name".to_owned());
    }
    if let Some(number) = descriptor(path) {
        return write_to_descriptor(number, path, &mut content).map_err(|error| words(&error));
    }
    let target = end_of_links(path)?;
    let existing = fs::metadata(&target).ok();
    if let Some(existing) = &existing {
        if existing.is_dir() {
            return Err("it is a folder".to_owned());
        }
        if let Some(kind) = unfit(existing.file_type()) {
            return Err(format!("it is {kind}, not a file; a command writes to one as /dev/stdout"));
        }
        if !existing.is_file() {
            let written =
                OpenOptions::new().write(true).open(&target).and_then(|mut device| content.write_to(&mut device));
            return written.map_err(|error| words(&error));
        }
        if existing.permissions().readonly() {
            return Err("the file is read-only".to_owned());
        }
    }
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(format!("there is no folder {}", folder.display()));
    }
    sweep(folder);
    let mut written = || -> io::Result<()> {
        let file = content.part_in(folder)?;
        if let Some(existing) = &existing {
            fs::set_permissions(file.path(), existing.permissions())?;
        }
        file.as_file().sync_all()?;
        file.persist(&target).map_err(|error| error.error)?;
        // Syncs the folder, so that the new name survives a power cut. Errors are ignored, because not every system
        // supports this.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
        Ok(())
    };
    written().map_err(|error| words(&error))
}

/// The end of a chain of symbolic links, whether it exists or not.
fn end_of_links(path: &Path) -> Result<PathBuf, String> {
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&target) {
            Ok(next) => target = target.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => return Ok(target),
        }
    }
    Err("its links lead in a circle".to_owned())
}

/// Writes to a descriptor of the process. A reader that closes the pipe early is not an error.
fn write_to_descriptor(number: u32, path: &Path, content: &mut Content<'_>) -> io::Result<()> {
    let mut write_to = |out: &mut dyn Write| content.write_to(out).and_then(|()| out.flush());
    let written = match number {
        0 => Err(io::Error::other("it is the standard input")),
        1 => write_to(&mut io::stdout().lock()),
        2 => write_to(&mut io::stderr().lock()),
        // Appends, as the shell's `>&3` does.
        _ => OpenOptions::new().append(true).open(path).and_then(|mut file| write_to(&mut file)),
    };
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

const PART: [&str; 2] = [".losscape-", ".part"];

/// A temporary file that is locked for as long as it is open.
fn part_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PART[0]).suffix(PART[1]);
    #[cfg(unix)]
    {
        // A temporary file is private. A new file gets the permissions of the umask.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    // Between creating and locking, another process that sweeps the folder may remove the file.
    for _ in 0..16 {
        let file = builder.tempfile_in(folder)?;
        match file.as_file().try_lock() {
            Ok(()) if is_still_at(file.as_file(), file.path()) => return Ok(file),
            // A system without locks also has no sweep.
            Err(TryLockError::Error(_)) => return Ok(file),
            Ok(()) | Err(TryLockError::WouldBlock) => {}
        }
    }
    Err(io::Error::other("another process keeps removing the temporary files in its folder"))
}

/// Removes the files that killed writers left in a folder.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let is_part =
            entry.file_name().to_str().is_some_and(|name| name.starts_with(PART[0]) && name.ends_with(PART[1]));
        if is_part && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            remove_if_abandoned(&entry.path());
        }
    }
}

/// Removes a file that no process has locked. Errors are ignored.
fn remove_if_abandoned(path: &Path) {
    let Ok(file) = File::open(path) else { return };
    if file.try_lock().is_ok() && is_still_at(&file, path) {
        let _ = fs::remove_file(path);
    }
}

/// Whether an open file still has this path.
pub fn is_still_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(open), Ok(there)) => are_same(&open, &there).unwrap_or(true),
        _ => false,
    }
}

/// Whether two paths lead to the same file, also through links.
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    let same = match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => are_same(&one, &other),
        _ => return false,
    };
    same.unwrap_or_else(|| {
        fs::canonicalize(one).is_ok_and(|one| fs::canonicalize(other).is_ok_and(|other| one == other))
    })
}

/// `None` if the system does not number its files.
fn are_same(one: &fs::Metadata, other: &fs::Metadata) -> Option<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((one.dev(), one.ino()) == (other.dev(), other.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = (one, other);
        None
    }
}

/// An error of the system in words, without its number.
pub fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full: no space left on device".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        _ => reason(error),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot make its files has failed")]
    use super::*;

    #[test]
    fn a_file_is_written_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.svg");
        write_whole(&path, b"first").unwrap();
        write_whole(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file was left behind");
    }

    #[test]
    fn a_failure_names_the_file_and_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let message = write_whole(folder.path(), b"x").unwrap_err().to_string();
        assert!(message.contains(&folder.path().display().to_string()) && message.contains("folder"), "{message}");
        let path = folder.path().join("missing/picture.svg");
        let message = write_whole(&path, b"x").unwrap_err().to_string();
        assert!(message.contains("picture.svg") && message.contains("no folder"), "{message}");
    }

    #[test]
    fn a_read_only_file_is_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept.csv");
        fs::write(&path, "old").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        assert!(write_whole(&path, b"new").unwrap_err().to_string().contains("read-only"));
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_survive() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("study.toml");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let link = folder.path().join("link.toml");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write_whole(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }

    /// A folder in which no file can be created. Root can write anywhere, so the test uses /proc, where nobody can.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_that_takes_no_files_is_an_error() {
        let error = write_whole(Path::new("/proc/losscape.svg"), b"x").unwrap_err();
        assert!(error.to_string().starts_with("cannot write /proc/losscape.svg: "), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_dangling_link_stays_a_link_and_its_target_is_made() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("inner")).unwrap();
        symlink("second", path("first")).unwrap();
        symlink("inner/target.svg", path("second")).unwrap();
        write_whole(&path("first"), b"new").unwrap();
        assert!(fs::symlink_metadata(path("first")).unwrap().is_symlink());
        assert!(fs::symlink_metadata(path("second")).unwrap().is_symlink());
        assert_eq!(fs::read(path("inner/target.svg")).unwrap(), b"new");
        symlink("round", path("round")).unwrap();
        let message = write_whole(&path("round"), b"new").unwrap_err().to_string();
        assert!(message.contains("round: its links lead in a circle"), "{message}");
        symlink("nowhere/target.svg", path("lost")).unwrap();
        let message = write_whole(&path("lost"), b"new").unwrap_err().to_string();
        assert!(message.contains("there is no folder") && message.contains("nowhere"), "{message}");
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_are_written() {
        use std::os::unix::ffi::OsStrExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(std::ffi::OsStr::from_bytes(b"\xff\xfe.svg"));
        write_whole(&path, b"first").unwrap();
        write_whole(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn leftovers_are_removed_and_what_somebody_writes_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path(".losscape-killed.part"), "half").unwrap();
        fs::write(path(".losscape-mine"), "other").unwrap();
        fs::create_dir(path(".losscape-folder.part")).unwrap();
        let living = part_in(folder.path()).unwrap();
        write_whole(&path("picture.svg"), b"new").unwrap();
        assert!(!path(".losscape-killed.part").exists());
        assert!(living.path().exists() && path(".losscape-mine").exists() && path(".losscape-folder.part").exists());
    }

    /// Many writers in one folder do not remove each other's temporary files.
    #[test]
    fn writers_do_not_disturb_each_other() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let path = folder.path().join(format!("{writer}.csv"));
                scope.spawn(move || {
                    for turn in 0..40 {
                        write_whole(&path, format!("{writer} {turn}").as_bytes()).unwrap();
                    }
                });
            }
        });
        for writer in 0..8 {
            let text = fs::read_to_string(folder.path().join(format!("{writer}.csv"))).unwrap();
            assert_eq!(text, format!("{writer} 39"));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 8);
    }

    #[test]
    fn the_same_file_is_known_by_every_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("one"), "1").unwrap();
        fs::write(path("other"), "1").unwrap();
        fs::hard_link(path("one"), path("hard")).unwrap();
        for (name, same) in [("one", true), ("./one", true), ("hard", cfg!(unix)), ("other", false), ("none", false)] {
            assert_eq!(is_same_file(&path("one"), &path(name)), same, "{name}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("one", path("soft")).unwrap();
            assert!(is_same_file(&path("soft"), &path("hard")));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_said_in_words() {
        let message = write_whole(Path::new("/dev/full"), b"x").unwrap_err().to_string();
        assert_eq!(message, "cannot write /dev/full: the disk is full: no space left on device");
        write_whole(Path::new("/dev/null"), b"x").unwrap();
    }
}
