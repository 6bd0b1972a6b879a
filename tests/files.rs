//! Files as processes see them: nothing is overwritten without asking, nothing waits for a pipe, and nothing is left
//! half written.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use losscape::landscape::View;
use losscape::study::{Data, Study, to_toml};
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A run that must end within a minute, so that waiting for a pipe fails the test instead of hanging it.
fn run_with(arguments: &[&OsStr], folder: &Path, stdin: Stdio, stdout: Stdio) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_losscape"));
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(name);
    }
    let command = command.args(arguments).current_dir(folder).stdin(stdin).stdout(stdout).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let begun = Instant::now();
    // The output in these tests fits into a pipe.
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("{arguments:?} does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().unwrap()
}

/// The arguments are separated by spaces.
fn run(arguments: &str, folder: &Path) -> Output {
    let arguments: Vec<&OsStr> = arguments.split_whitespace().map(OsStr::new).collect();
    run_with(&arguments, folder, Stdio::null(), Stdio::piped())
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn accepted(arguments: &str, folder: &Path) {
    let output = run(arguments, folder);
    assert_eq!(output.status.code(), Some(0), "{arguments}: {}", said(&output));
}

fn refused(arguments: &str, folder: &Path) -> String {
    let output = run(arguments, folder);
    assert_eq!(output.status.code(), Some(1), "{arguments}: {}", said(&output));
    assert!(output.stdout.is_empty());
    said(&output)
}

const EXAMPLES: &str = "x,y\n1,2\n3,4.5\n-1,0\n";
const REGRESSION: &str = "--formula (w1*x+w2-y)^2 --data d.csv";
const TRACE: &str = "trace --formula w1^2+w2^2 --optimizer newton";

/// A folder with examples, and a study that keeps its own in a file.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("d.csv"), EXAMPLES).unwrap();
    let view = View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] };
    let study = Study { data: Data::standard("line"), ..Study::of_formula("(w1*x + w2 - y)^2", view) };
    let study = to_toml(&study).unwrap().replace("name = \"line\"", "file = \"d.csv\"");
    std::fs::write(folder.path().join("study.toml"), study).unwrap();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn what_a_command_reads_it_does_not_replace() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    std::fs::hard_link(path("d.csv"), path("hard.csv")).unwrap();
    std::fs::copy(path("study.toml"), path("study.svg")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("d.csv", path("soft.csv")).unwrap();
    #[cfg(not(unix))]
    std::fs::copy(path("d.csv"), path("soft.csv")).unwrap();
    let newton = "--optimizer newton --force";
    for out in ["d.csv", "./d.csv", "hard.csv", "soft.csv"] {
        if cfg!(not(unix)) && !out.ends_with("d.csv") {
            continue;
        }
        for command in ["trace", "basins", "ensemble"] {
            let size = if command == "basins" { "--size 8" } else { "" };
            let message = refused(&format!("{command} {REGRESSION} {newton} {size} -o {out}"), folder.path());
            assert!(message.contains(out) && message.contains("what this command reads"), "{message}");
        }
        assert_eq!(std::fs::read_to_string(path(out)).unwrap(), EXAMPLES);
    }
    let message = refused("render study.svg -o study.svg --force", folder.path());
    assert!(message.contains("what this command reads"), "{message}");
    // The examples of a study, too, whatever their file is called.
    std::fs::rename(path("d.csv"), path("d.png")).unwrap();
    let text = std::fs::read_to_string(path("study.toml")).unwrap();
    std::fs::write(path("study.toml"), text.replace("d.csv", "d.png")).unwrap();
    let message = refused("render study.toml -o d.png --force", folder.path());
    assert!(message.contains("what this command reads"), "{message}");
    assert_eq!(std::fs::read_to_string(path("d.png")).unwrap(), EXAMPLES);
    assert_eq!(
        std::fs::read_to_string(path("study.svg")).unwrap(),
        std::fs::read_to_string(path("study.toml")).unwrap().replace("d.png", "d.csv")
    );
}

#[test]
fn a_script_can_run_twice() {
    let folder = folder();
    let small = "--size 64x64";
    for command in [
        format!("render cubic {small} -o a.svg"),
        format!("render cubic {small} -o a.png"),
        format!("render cubic {small} -o a.pdf"),
        format!("{TRACE} -o a.csv"),
        format!("{TRACE} -o a.json"),
        format!("{TRACE} -o a.txt"),
        "basins cubic --optimizer newton --size 8 -o basins.csv".to_owned(),
        "basins cubic --optimizer newton --size 8 -o basins.png".to_owned(),
        "ensemble saddle --optimizer sgd --seeds 3 --steps 9 -o runs.csv".to_owned(),
        "ensemble saddle --optimizer sgd --seeds 3 --steps 9 -o runs.json".to_owned(),
        "ensemble saddle --optimizer sgd --seeds 3 --steps 9 -o runs".to_owned(),
        "ensemble saddle --optimizer sgd --seeds 3 --steps 9 --escape 1 --vary noise=0,1 -o escape.csv".to_owned(),
        "ensemble saddle --optimizer sgd --seeds 3 --steps 9 --escape 1 --vary noise=0,1 -o escape".to_owned(),
    ] {
        accepted(&command, folder.path());
        accepted(&command, folder.path());
    }
}

/// A film that is interrupted leaves nothing in its folder, not even a temporary file.
#[cfg(unix)]
#[test]
fn a_killed_film_leaves_nothing() {
    for (output, wait) in [("run.gif", 150), ("run.gif", 1_500), ("run.apng", 600), ("frame-%04d.png", 900)] {
        let folder = tempfile::tempdir().unwrap();
        let mut film = Command::new(env!("CARGO_BIN_EXE_losscape"))
            // So many frames take minutes.
            .args(["film", "peaks", "--turn", "--seconds", "60", "--fps", "50", "-o", output])
            .current_dir(folder.path())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        assert!(film.try_wait().unwrap().is_none(), "the film has ended before it was killed");
        film.kill().unwrap();
        film.wait().unwrap();
        assert_eq!(names(folder.path()), [""; 0], "{output} after {wait} ms");
    }
}

#[test]
fn what_is_of_another_kind_is_replaced_by_force_only() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    let small = "--size 64x64";
    for (name, content, words) in [
        ("a.svg", "precious", "a file of another kind"),
        ("a.png", "%PDF-1.7 precious", "a PDF document"),
        ("a.pdf", EXAMPLES, "a CSV table"),
        ("a.csv", "{\"precious\": true}", "JSON"),
        ("a.json", "L = w₁²\n", "an answer of Losscape"),
        ("a.txt", "Dear Anna,\n", "a file of another kind"),
    ] {
        std::fs::write(path(name), content).unwrap();
        let is_picture = ["svg", "png", "pdf"].iter().any(|ending| name.ends_with(ending));
        let command = if is_picture { format!("render cubic {small} -o {name}") } else { format!("{TRACE} -o {name}") };
        let message = refused(&command, folder.path());
        assert!(message.contains(name) && message.contains(words) && message.contains("--force"), "{message}");
        assert_eq!(std::fs::read_to_string(path(name)).unwrap(), content);
        accepted(&format!("{command} --force"), folder.path());
        assert_ne!(std::fs::read(path(name)).unwrap(), content.as_bytes());
    }
    // An empty file is no loss.
    std::fs::write(path("empty.svg"), "").unwrap();
    accepted(&format!("render cubic {small} -o empty.svg"), folder.path());
    // A study is not replaced by a picture.
    std::fs::copy(path("study.toml"), path("lecture.pdf")).unwrap();
    let message = refused(&format!("render cubic {small} -o lecture.pdf"), folder.path());
    assert!(message.contains("there is a study already"), "{message}");
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::fs::File;
    use std::os::unix::ffi::OsStrExt;

    fn pipe(path: &Path) {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    #[test]
    fn nobody_waits_for_a_named_pipe() {
        let folder = folder();
        let named = folder.path().join("pipe.svg");
        pipe(&named);
        for command in [
            "render cubic --size 64x64 -o pipe.svg",
            "render pipe.svg -o out.svg",
            "probe --formula (w1*x+w2-y)^2 --data pipe.svg --at 1,1",
            "pipe.svg",
        ] {
            let message = refused(command, folder.path());
            assert!(message.contains("pipe.svg") && message.contains("it is a named pipe"), "{command}: {message}");
        }
        let text = std::fs::read_to_string(folder.path().join("study.toml")).unwrap();
        std::fs::write(folder.path().join("piped.toml"), text.replace("d.csv", "pipe.svg")).unwrap();
        let message = refused("render piped.toml -o out.svg", folder.path());
        assert!(message.contains("it is a named pipe"), "{message}");
    }

    #[test]
    fn standard_input_and_output_are_files_too() {
        let folder = folder();
        let arguments = |line: &'static str| line.split(' ').map(OsStr::new).collect::<Vec<_>>();
        let examples = || Stdio::from(File::open(folder.path().join("d.csv")).unwrap());
        let probe = arguments("probe --formula (w1*x+w2-y)^2 --data /dev/stdin --at 1,1 --json");
        let expected = run(&format!("probe {REGRESSION} --at 1,1 --json"), folder.path()).stdout;
        let read = run_with(&probe, folder.path(), examples(), Stdio::piped());
        assert_eq!(read.stdout, expected, "{}", said(&read));
        // Through a pipe.
        let mut cat = Command::new("cat").arg(folder.path().join("d.csv")).stdout(Stdio::piped()).spawn().unwrap();
        let read = run_with(&probe, folder.path(), cat.stdout.take().unwrap().into(), Stdio::piped());
        cat.wait().unwrap();
        assert_eq!(read.stdout, expected, "{}", said(&read));
        // A study, too.
        let study = Stdio::from(File::open(folder.path().join("study.toml")).unwrap());
        let render = arguments("render /dev/stdin --data d.csv --size 64x64 -o /dev/stdout");
        let drawn = run_with(&render, folder.path(), study, Stdio::piped());
        assert_eq!(drawn.status.code(), Some(2), "the extension chooses the format: {}", said(&drawn));
        let trace = arguments("trace --formula w1^2+w2^2 --optimizer newton --csv -o /dev/stdout");
        let written = run_with(&trace, folder.path(), Stdio::null(), Stdio::piped());
        assert!(written.stdout.starts_with(b"step,w1,w2"), "{}", said(&written));
        // Into a file, behind what is there.
        let log = folder.path().join("log");
        std::fs::write(&log, "first\n").unwrap();
        let append = std::fs::OpenOptions::new().append(true).open(&log).unwrap();
        let written = run_with(&trace, folder.path(), Stdio::null(), append.into());
        assert_eq!(written.status.code(), Some(0), "{}", said(&written));
        assert!(std::fs::read_to_string(&log).unwrap().starts_with("first\nstep,w1,w2"));
        accepted(&format!("{TRACE} -o /dev/null"), folder.path());
        let message = refused(&format!("{TRACE} -o /dev/stdin"), folder.path());
        assert!(message.contains("it is the standard input"), "{message}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_said_on_standard_error() {
        let folder = folder();
        let message = refused(&format!("{TRACE} -o /dev/full"), folder.path());
        assert!(message.contains("no space left on device") && !message.contains("os error"), "{message}");
        for arguments in ["landscapes", "trace --formula w1 --optimizer sgd --json", "--help", "--version"] {
            let arguments: Vec<&OsStr> = arguments.split(' ').map(OsStr::new).collect();
            let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
            let output = run_with(&arguments, folder.path(), Stdio::null(), full.into());
            assert_eq!(output.status.code(), Some(1), "{arguments:?}");
            let message = said(&output);
            assert!(message.contains("standard output") && message.contains("no space left on device"), "{message}");
        }
    }

    /// A folder of 64 KB, if the process may create one: a picture does not fit, and the old file stays.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_folder_keeps_what_is_there() {
        let folder = folder();
        let small = folder.path().join("small");
        std::fs::create_dir(&small).unwrap();
        let mount = ["-t", "tmpfs", "-o", "size=64k", "tmpfs"];
        let mounted = Command::new("mount").args(mount).arg(&small).stderr(Stdio::null()).status();
        if !mounted.is_ok_and(|status| status.success()) {
            println!("a folder of its own size cannot be made here");
            return;
        }
        let _unmount = Unmount(&small);
        std::fs::write(small.join("a.png"), b"\x89PNG\r\n\x1a\nold").unwrap();
        let message = refused("render cubic -o small/a.png --scale 4", folder.path());
        assert!(message.contains("a.png") && message.contains("no space left on device"), "{message}");
        assert_eq!(std::fs::read(small.join("a.png")).unwrap(), b"\x89PNG\r\n\x1a\nold");
        assert_eq!(names(&small), ["a.png"]);
    }

    struct Unmount<'a>(&'a Path);

    impl Drop for Unmount<'_> {
        fn drop(&mut self) {
            let _ = Command::new("umount").arg(self.0).status();
        }
    }

    #[test]
    fn links_stay_links_and_names_need_not_be_text() {
        let folder = folder();
        let path = |name: &[u8]| folder.path().join(OsStr::from_bytes(name));
        std::os::unix::fs::symlink("later.svg", path(b"link.svg")).unwrap();
        accepted("render cubic --size 64x64 -o link.svg", folder.path());
        assert!(std::fs::symlink_metadata(path(b"link.svg")).unwrap().is_symlink());
        assert!(std::fs::read(path(b"later.svg")).unwrap().starts_with(b"<"));
        let (study, examples, out) = (path(b"\xff.toml"), path(b"\xfe.csv"), path(b"\xfd\xfc.svg"));
        std::fs::rename(path(b"study.toml"), &study).unwrap();
        std::fs::rename(path(b"d.csv"), &examples).unwrap();
        let option = OsStr::new;
        for _ in 0..2 {
            let arguments = [option("render"), option("--formula"), option("(w1*x-y)^2 + w2^2"), option("--data")];
            let rest = [examples.as_os_str(), option("-o"), out.as_os_str(), option("--size"), option("64x64")];
            let arguments = [&arguments[..], &rest].concat();
            let output = run_with(&arguments, folder.path(), Stdio::null(), Stdio::piped());
            assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        }
        assert!(std::fs::read(&out).unwrap().starts_with(b"<"));
        // The study's own examples are not where it says: the message names both.
        let arguments = [option("render"), study.as_os_str(), option("-o"), out.as_os_str()];
        let output = run_with(&arguments, folder.path(), Stdio::null(), Stdio::piped());
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("d.csv"), "{}", said(&output));
    }

    /// A render that is killed while it writes leaves at most a temporary file, which the next one removes.
    #[test]
    fn leftovers_of_a_kill_are_removed() {
        let folder = folder();
        std::fs::write(folder.path().join(".losscape-aB3xYz.part"), "half a picture").unwrap();
        accepted("render cubic --size 64x64 -o a.svg", folder.path());
        assert_eq!(names(folder.path()), ["a.svg", "d.csv", "study.toml"]);
    }
}

/// A process that saves its work for recovery, killed at 200 random moments.
#[cfg(all(feature = "gui", unix))]
mod recovery {
    use super::*;
    use losscape::app::recovery::{Slot, Snapshot, abandoned};
    use std::io::{BufRead, BufReader, Write};

    /// The variable that makes the test `writes_until_it_is_killed` a writer into the folder that it names.
    const FOLDER: &str = "LOSSCAPE_TEST_RECOVERY_FOLDER";

    fn snapshot(turn: u32) -> Snapshot {
        // The length changes, so that a torn file would not look whole by chance.
        let formula = format!("w1^2{}", " + w2^2".repeat(turn as usize % 300 + 1));
        let view = View { w1: [-1.0, 1.0], w2: [-1.0, 1.0] };
        let study = Study { start: [f64::from(turn), -f64::from(turn)], ..Study::of_formula(&formula, view) };
        Snapshot { study, path: Some("/lecture.toml".into()), formula_text: formula }
    }

    /// Not a test of its own but the process that the next one kills; without the variable it does nothing.
    #[test]
    fn writes_until_it_is_killed() {
        let Some(folder) = std::env::var_os(FOLDER) else { return };
        let slot = Slot::claim(Path::new(&folder)).unwrap();
        let mut out = std::io::stdout();
        for turn in 1.. {
            snapshot(turn).write(slot.file()).unwrap();
            writeln!(out, "kept {turn}").unwrap();
            out.flush().unwrap();
        }
    }

    #[test]
    fn what_is_kept_is_whole_at_every_moment() {
        let folder = tempfile::tempdir().unwrap();
        // A fixed sequence of moments (Knuth's linear congruential generator).
        let mut random: u64 = 16;
        let mut kept = 0;
        for kill in 0..200 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let moment = Duration::from_micros((random >> 33) % 8_000);
            let mut writer = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "recovery::writes_until_it_is_killed", "--nocapture"])
                .env(FOLDER, folder.path())
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines().map_while(Result::ok);
            // Every fourth is killed while it begins, the others while they write.
            if kill % 4 > 0 {
                assert!(lines.any(|line| line.contains("kept 1")));
            }
            let begun = Instant::now();
            while begun.elapsed() < moment {
                std::hint::spin_loop();
            }
            // SIGKILL on Unix.
            writer.kill().unwrap();
            writer.wait().unwrap();
            let said = lines.filter_map(|line| line.rsplit_once("kept ")?.1.parse::<u32>().ok()).last();
            let said = said.unwrap_or(u32::from(kill % 4 > 0));
            let (mut found, complaints) = abandoned(folder.path());
            assert_eq!(complaints, [""; 0]);
            assert!(found.len() <= 1, "one writer has one file");
            match found.pop() {
                Some(found) => {
                    let turn = found.snapshot.study.start[0] as u32;
                    assert_eq!(found.snapshot, snapshot(turn), "what is there is whole");
                    assert!(turn == said || turn == said + 1, "{turn} is there, and {said} was said to be kept");
                    kept += 1;
                    found.slot.release();
                }
                None => assert_eq!(said, 0, "what was said to be kept is lost"),
            }
            // Only the temporary file of the killed writer is left, and the next writer removes it.
            let rest = names(folder.path());
            assert!(rest.iter().all(|name| name.ends_with(".part")) && rest.len() <= 1, "{rest:?}");
        }
        assert!(kept >= 150, "only {kept} of 200 were killed while they wrote");
    }
}
