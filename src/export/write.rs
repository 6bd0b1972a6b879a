//! Files written whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {reason}", path.display())]
pub struct ExportError {
    /// Which file.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

/// Writes a file whole or not at all: to a temporary file beside it that is then renamed. A symbolic link is followed,
/// and a file that is replaced keeps its permissions.
///
/// # Errors
/// When a step fails; what was there before is still there.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), ExportError> {
    let fail = |reason: String| ExportError { path: path.to_owned(), reason };
    if path.as_os_str().is_empty() {
        return Err(fail("the file has no name".to_owned()));
    }
    if path.is_dir() {
        return Err(fail("it is a folder".to_owned()));
    }
    // A link stays a link: what it points to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let existing = fs::metadata(&target).ok();
    if existing.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        // A pipe or a device such as /dev/stdout cannot be renamed over.
        return fs::write(&target, bytes).map_err(|error| fail(words(&error)));
    }
    if existing.as_ref().is_some_and(|metadata| metadata.permissions().readonly()) {
        return Err(fail("the file is read-only".to_owned()));
    }
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(fail(format!("there is no folder {}", folder.display())));
    }
    let written = || -> io::Result<()> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".losscape-").suffix(".part");
        #[cfg(unix)]
        {
            // A temporary file is private; a new file is as open as the person's umask lets it be.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(bytes)?;
        if let Some(metadata) = &existing {
            fs::set_permissions(file.path(), metadata.permissions())?;
        }
        file.as_file().sync_all()?;
        file.persist(&target).map_err(|error| error.error)?;
        Ok(())
    };
    written().map_err(|error| fail(words(&error)))
}

/// An error of the system in words, without its number.
fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        _ => error.to_string(),
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

    /// A folder in which nothing can be made (root can write anywhere, so it is asked of /proc, where nobody can).
    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_that_takes_no_files_is_an_error() {
        let error = write_whole(Path::new("/proc/losscape.svg"), b"x").unwrap_err();
        assert!(error.to_string().starts_with("cannot write /proc/losscape.svg: "), "{error}");
    }
}
