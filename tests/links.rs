//! Links on the command line: what a script sees.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::process::{Command, Output, Stdio};

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_losscape"));
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(name);
    }
    // The tests ignore the preferences of the person who runs them.
    command.env("XDG_CONFIG_HOME", "/dev/null").env("HOME", "/dev/null");
    command.args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn answer(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn refused(arguments: &[&str]) -> String {
    let output = run(arguments);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
    assert!(output.stdout.is_empty() && message.starts_with("error: ") && message.len() < 500, "{message}");
    message
}

#[test]
fn a_link_draws_the_picture_of_its_study() {
    let folder = tempfile::tempdir().unwrap();
    let link = answer(&["link", "himmelblau", "--base", "https://example.org/losscape/"]);
    let link = link.strip_suffix('\n').unwrap();
    assert!(link.starts_with("https://example.org/losscape/#1.") && !link.contains(char::is_whitespace), "{link}");
    let [by_name, by_link] = ["a.svg", "b.svg"].map(|name| folder.path().join(name).to_str().unwrap().to_owned());
    answer(&["render", "himmelblau", "-o", &by_name]);
    answer(&["render", link, "-o", &by_link]);
    assert!(std::fs::read(&by_name).unwrap() == std::fs::read(&by_link).unwrap());
    // The link of a link, of its part behind #, and of a picture that carries the study is the same.
    let fragment = &link[link.find('#').unwrap()..];
    for source in [link, fragment, &by_name] {
        assert_eq!(answer(&["link", source, "--base", "https://example.org/losscape/"]).trim_end(), link);
    }
    let usual = answer(&["link", "himmelblau"]);
    assert!(usual.starts_with("https://") && usual.trim_end().ends_with(fragment), "{usual}");
}

#[test]
fn what_is_no_link_to_a_study_is_refused_in_words() {
    let link = answer(&["link", "booth"]);
    let link = link.trim_end();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.svg").to_str().unwrap().to_owned();
    let cut = &link[..link.len() - 1];
    let longer = format!("{link}A");
    let newer = link.replace("#1.", "#2.");
    for (source, word) in [
        (cut, "checksum"),
        (&*longer, "checksum"),
        (&*newer, "newer"),
        ("https://example.org/", "no study"),
        ("#", "no study"),
    ] {
        for arguments in [vec![source], vec!["open", source], vec!["link", source], vec!["render", source, "-o", &file]]
        {
            let message = refused(&arguments);
            assert!(message.contains(word), "{arguments:?}: {message}");
        }
    }
    assert!(refused(&["link", "booth", "--base", "somewhere"]).contains("address"));
}
