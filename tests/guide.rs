//! The guide for lecturers: its chapters are listed and its links lead somewhere, its commands run, its lesson holds, and its
//! pictures have the commands that make them.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn guide() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide")
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The chapters, by their file names, with their texts.
fn chapters() -> Vec<(String, String)> {
    let folder = std::fs::read_dir(guide().join("src")).unwrap().map(|entry| entry.unwrap().path());
    let chapters = folder.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let mut chapters: Vec<(String, String)> =
        chapters.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), text(&path))).collect();
    chapters.sort();
    chapters
}

/// The targets of the links of a text.
fn targets(text: &str) -> Vec<&str> {
    let parts = text.split("](").skip(1);
    parts.map(|part| part.split(')').next().unwrap()).collect()
}

/// The blocks of a text in a language.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let begin = format!("```{language}\n");
    text.split(begin.as_str()).skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

#[test]
fn every_chapter_is_listed_and_every_link_leads_somewhere() {
    let listed: BTreeSet<String> =
        targets(&text(&guide().join("src/SUMMARY.md"))).into_iter().map(str::to_owned).collect();
    let there: BTreeSet<String> =
        chapters().into_iter().map(|(name, _)| name).filter(|name| name != "SUMMARY.md").collect();
    assert_eq!(listed, there);
    assert!(text(&guide().join("book.toml")).contains("[book]"));
    for (name, chapter) in chapters() {
        // What stands in a block of code is no link.
        let prose: String = chapter.split("```").step_by(2).collect();
        for target in targets(&prose).into_iter().filter(|target| !target.contains("://")) {
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let path = guide().join("src").join(file);
            assert!(path.exists(), "{name} links to {target}");
            let has_heading = |line: &str| {
                let words = line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
                line.starts_with('#') && words == heading
            };
            assert!(heading.is_empty() || text(&path).lines().any(has_heading), "{name} links to {target}");
        }
    }
}

fn losscape(line: &str, folder: &Path) {
    let words = line.split_whitespace().skip(1);
    let output = Command::new(env!("CARGO_BIN_EXE_losscape")).args(words).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn commands_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut count = 0;
    for (_, chapter) in chapters() {
        for line in blocks(&chapter, "console").iter().flat_map(|block| block.lines()) {
            assert!(line.starts_with("losscape "), "{line}");
            losscape(line, folder.path());
            count += 1;
        }
    }
    assert!(count >= 10, "{count}");
}

#[test]
fn the_lesson_of_the_guide_holds() {
    let (_, chapter) = chapters().into_iter().find(|(name, _)| name == "writing-a-lesson.md").unwrap();
    let lesson = losscape::lesson::from_toml(blocks(&chapter, "toml")[0]).unwrap();
    for step in losscape::lesson::evaluate_lesson(&lesson) {
        assert!(step.holds(), "{step:?}");
    }
}

/// Each picture that is shown is made by a command of the list, and small.
#[test]
fn pictures_have_their_commands() {
    let list = text(&guide().join("pictures.txt"));
    let commands: Vec<&str> = list.lines().filter(|line| line.starts_with("losscape render ")).collect();
    let shown: BTreeSet<String> = chapters()
        .iter()
        .flat_map(|(_, chapter)| {
            targets(chapter)
                .into_iter()
                .filter(|target| target.ends_with(".png"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(shown.len(), commands.len());
    for picture in shown {
        let path = guide().join("src").join(&picture);
        assert!(commands.iter().any(|command| command.contains(&format!("-o src/{picture} "))), "{picture}");
        assert!(std::fs::metadata(&path).unwrap().len() < 150_000, "{picture}");
    }
    // One of them as it is written there, elsewhere.
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("src/pictures")).unwrap();
    losscape(commands[4], folder.path());
}
