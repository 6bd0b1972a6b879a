//! Each module imports only those declared before it in `lib.rs`: the order in which the program is read.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::path::{Path, PathBuf};

/// The modules in the order of their declaration, the highest layer first.
fn layers(lib: &str) -> Vec<String> {
    let names = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    names.map(str::to_owned).collect()
}

/// The Rust files of a folder, in every depth.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The modules that a file names with `crate::`, in code: comments and documentation may point anywhere.
fn imports(source: &str) -> Vec<String> {
    let code = source.lines().map(|line| line.split("//").next().unwrap_or(line));
    let code: String = code.collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for (position, _) in code.match_indices("crate::") {
        let rest = &code[position + "crate::".len()..];
        match rest.strip_prefix('{') {
            // `use crate::{a::b, c};`: each name at the first depth of the braces.
            Some(list) => {
                let mut depth = 0;
                let mut at_name = true;
                for (index, character) in list.char_indices() {
                    match character {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => at_name = true,
                        _ if at_name && depth == 0 && !character.is_whitespace() => {
                            found.push(name_at(&list[index..]));
                            at_name = false;
                        }
                        _ => {}
                    }
                }
            }
            None => found.push(name_at(rest)),
        }
    }
    found
}

fn name_at(text: &str) -> String {
    text.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect()
}

#[test]
fn every_module_imports_only_those_above_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let layers = layers(&std::fs::read_to_string(source.join("lib.rs")).unwrap());
    assert!(layers.len() > 10, "the layers were not found in lib.rs: {layers:?}");
    let mut wrong = Vec::new();
    for (depth, layer) in layers.iter().enumerate() {
        let folder = source.join(layer);
        let mut files = vec![source.join(format!("{layer}.rs"))];
        files.retain(|file| file.exists());
        if folder.is_dir() {
            files.extend(rust_files(&folder));
        }
        assert!(!files.is_empty(), "the layer {layer} has no file");
        // Tests may import lower modules: they test a layer with those built on it.
        files.retain(|file| !file.file_stem().unwrap().to_string_lossy().ends_with("tests"));
        for file in files {
            let source = std::fs::read_to_string(&file).unwrap();
            let (program, _) = source.split_once("#[cfg(test)]\nmod tests {").unwrap_or((&source, ""));
            for import in imports(program) {
                let allowed = layers[..=depth].contains(&import);
                if !allowed && layers.contains(&import) {
                    wrong.push(format!("{} imports crate::{import}, which is below {layer}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_module_is_left_out_of_the_order() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let layers = layers(&std::fs::read_to_string(source.join("lib.rs")).unwrap());
    for entry in std::fs::read_dir(&source).unwrap() {
        let name = entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        assert!(layers.contains(&name) || ["lib", "main"].contains(&name.as_str()), "{name} is in no layer");
    }
}

/// ARCHITECTURE.md describes the layers in the order of `lib.rs`.
#[test]
fn the_architecture_has_the_order_of_the_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let layers = layers(&std::fs::read_to_string(root.join("src/lib.rs")).unwrap());
    let document = std::fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let (_, table) = document.split_once("| module |").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let described: Vec<&str> = rows.filter_map(|row| row.split('`').nth(1)).collect();
    assert_eq!(described, layers);
}

/// ARCHITECTURE.md has a line for each dependency, and only for those.
#[test]
fn every_dependency_has_its_line() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = std::fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let (_, table) = document.split_once("| crate |").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let cells = rows.filter_map(|row| row.split('|').nth(1));
    let mut listed: Vec<&str> =
        cells.flat_map(|cell| cell.split('(').next().unwrap().split(',')).map(str::trim).collect();
    listed.sort();
    let manifest: toml::Table = std::fs::read_to_string(root.join("Cargo.toml")).unwrap().parse().unwrap();
    let systems = manifest["target"].as_table().unwrap().values().map(|system| &system["dependencies"]);
    let mut wanted: Vec<&str> = [&manifest["dependencies"], &manifest["dev-dependencies"]]
        .into_iter()
        .chain(systems)
        .flat_map(|section| section.as_table().unwrap().keys())
        .map(String::as_str)
        .collect();
    wanted.sort();
    wanted.dedup();
    assert_eq!(listed, wanted);
}

/// Only one folder asks whether it is compiled for a browser, or for the desktop.
#[test]
fn only_the_platform_knows_of_browsers() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let platform = source.join("app").join("platform");
    let mut found = 0;
    for file in rust_files(&source) {
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text.lines().map(|line| line.split("//").next().unwrap_or(line));
        let asks = code.filter(|line| {
            ["\"wasm", "target_family", "wasm_bindgen", "web_sys"].iter().any(|word| line.contains(word))
        });
        let count = asks.count();
        assert!(count == 0 || file.starts_with(&platform), "{} asks for the browser", file.display());
        found += count;
    }
    assert!(found > 2, "the words that are looked for are those of the code");
}

/// The window uses one clock, which tests replace, and no other layer uses a clock.
#[test]
fn there_is_one_clock() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let clock = source.join("app").join("clock.rs");
    for file in rust_files(&source) {
        let is_test =
            file.components().any(|part| part.as_os_str().to_string_lossy().trim_end_matches(".rs").ends_with("tests"));
        if is_test || file == clock || file == source.join("main.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        let (program, _) = text.split_once("#[cfg(test)]\nmod tests {").unwrap_or((&text, ""));
        for line in program.lines() {
            let code = line.split("//").next().unwrap_or(line);
            assert!(!code.contains("Instant"), "{} has a clock of its own", file.display());
        }
    }
    assert!(std::fs::read_to_string(clock).unwrap().contains("Instant::now()"));
}

/// The window's toolkit stays in the window: everything else works without it.
#[test]
fn only_the_window_knows_its_toolkit() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in rust_files(&source) {
        if file.starts_with(source.join("app")) {
            continue;
        }
        for line in std::fs::read_to_string(&file).unwrap().lines() {
            let code = line.split("//").next().unwrap_or(line);
            for toolkit in ["egui::", "eframe::", "egui_plot::", "rfd::"] {
                assert!(!code.contains(toolkit), "{} names {toolkit}", file.display());
            }
        }
    }
}

#[test]
fn imports_are_read_in_every_form() {
    let source = "use crate::number::Vector;\n// use crate::app;\nuse crate::{field::{self, Grid}, study};\nlet x = crate::scene::picture();";
    assert_eq!(imports(source), ["number", "field", "study", "scene"]);
}
