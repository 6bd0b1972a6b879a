//! The files of a folder need each other in one direction: no circle of imports, but for those listed here with a reason.
//!
//! The front of a folder (`mod.rs`) does not count: it declares the types that its files share, and calls them.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A module by its names from the crate's root: `["formula", "block", "grid"]`.
type Module = Vec<String>;

/// Imports that close a circle and stay: folder, from, to, and why.
const ALLOWED: &[(&str, &str, &str, &str)] = &[
    ("critical/flat", "zeros", "powers", "the zeros of a power are those of its base, which may be a power"),
    ("critical/flat", "zeros", "factors", "the zeros of a product are those of its factors, which may be products"),
    ("critical/flat", "zeros", "tangents", "the zeros of a polynomial of a tangent are those of the polynomial"),
    (
        "critical/flat",
        "zeros",
        "numerator",
        "the zeros of a quotient are those of its numerator, which may be a product",
    ),
    (
        "number",
        "operator",
        "interval",
        "the table of operators implements its trait for constants, which hold intervals",
    ),
    ("number", "operator", "exact", "a constant is computed exactly where it can be"),
    (
        "optimizer",
        "run",
        "methods",
        "a run finds its optimizer in the table, and optimizers say whether a run suits them",
    ),
    ("scene", "layers", "legend", "the legend is a layer, and shows samples of the others' lines"),
    ("scene", "layout", "legend", "the layout leaves the legend the room that its lines take"),
];

/// All modules of the program, each with its code, without comments and tests.
fn modules(folder: &Path, path: &Module, found: &mut BTreeMap<Module, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let child = || path.iter().cloned().chain([name.clone()]).collect::<Module>();
        if name.ends_with("tests") {
            continue;
        }
        if file.is_dir() {
            modules(&file, &child(), found);
        } else if file.extension().is_some_and(|extension| extension == "rs") {
            let module = if name == "mod" { path.clone() } else { child() };
            let text = std::fs::read_to_string(&file).unwrap();
            let program = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let code: Vec<&str> = program.lines().map(|line| line.split("//").next().unwrap()).collect();
            found.insert(module, code.join("\n"));
        }
    }
}

/// The paths of a tree of imports: `a::{b, c::{d, e as f}}` has a::b, a::c::d and a::c::e.
fn flattened(tree: &str) -> Vec<Vec<String>> {
    let tree = tree.trim();
    let Some((start, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap();
        return vec![path.split("::").map(|name| name.trim().to_owned()).collect()];
    };
    let body = &rest[..rest.rfind('}').unwrap_or(rest.len())];
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for character in body.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        match character {
            ',' if depth == 0 => parts.push(String::new()),
            _ => parts.last_mut().unwrap().push(character),
        }
    }
    let start: Vec<String> =
        start.split("::").map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    parts.flat_map(|part| flattened(part)).map(|path| [start.clone(), path].concat()).collect()
}

/// Every path into the crate that the code has, in `use` or in place, and those that `pub use` hands on.
fn paths(code: &str) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let (mut named, mut handed_on, mut rest) = (Vec::new(), Vec::new(), String::new());
    let mut statements = code;
    while let Some(at) = statements.find("use ") {
        let is_word = statements[..at].chars().next_back().is_none_or(|before| before.is_whitespace());
        let (before, after) = statements.split_at(at);
        rest.push_str(before);
        let Some(end) = after.find(';').filter(|_| is_word) else {
            rest.push_str("use ");
            statements = &after[4..];
            continue;
        };
        let tree = flattened(&after[4..end]);
        if before.trim_end().ends_with("pub") || before.trim_end().ends_with(')') {
            handed_on.extend(tree.iter().cloned());
        }
        named.extend(tree);
        statements = &after[end..];
    }
    rest.push_str(statements);
    for root in ["crate::", "super::", "self::"] {
        for (at, _) in rest.match_indices(root) {
            let begins = rest[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric() && before != ':');
            if begins {
                let is_part = |character: &char| character.is_alphanumeric() || *character == '_' || *character == ':';
                let path: String = rest[at..].chars().take_while(is_part).collect();
                named.push(path.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect());
            }
        }
    }
    (named, handed_on)
}

struct Program {
    modules: BTreeMap<Module, String>,
    /// What each module hands on from another: by the last name of the path, the whole path.
    handed_on: BTreeMap<Module, BTreeMap<String, Module>>,
}

impl Program {
    fn read() -> Program {
        let mut found = BTreeMap::new();
        modules(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &Vec::new(), &mut found);
        let mut program = Program { modules: found, handed_on: BTreeMap::new() };
        for (module, code) in &program.modules {
            let all =
                paths(code).1.into_iter().filter_map(|path| Some((path.last()?.clone(), absolute(module, &path))));
            program.handed_on.insert(module.clone(), all.collect());
        }
        program
    }

    /// The module in which a path ends, through what modules hand on.
    fn home(&self, path: &[String], depth: usize) -> Option<Module> {
        let length = (0..=path.len()).rev().find(|length| self.modules.contains_key(&path[..*length]))?;
        let (module, rest) = path.split_at(length);
        let further = rest.first().and_then(|name| self.handed_on.get(module)?.get(name));
        match further {
            Some(target) if depth < 8 => self.home(&[target, &rest[1..]].concat(), depth + 1),
            _ => Some(module.to_vec()),
        }
    }

    /// For each folder which of its files and folders need which: the edges, without those inside one of them.
    fn edges(&self) -> BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> {
        let mut edges: BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        for (module, code) in &self.modules {
            for path in paths(code).0 {
                let Some(home) = self.home(&absolute(module, &path), 0) else { continue };
                let shared = module.iter().zip(&home).take_while(|(a, b)| a == b).count();
                // The layers have a test of their own, and the front of a folder belongs to all of its files.
                if shared == 0 || shared == module.len() || shared == home.len() {
                    continue;
                }
                let folder = edges.entry(module[..shared].to_vec()).or_default();
                folder.entry(module[shared].clone()).or_default().insert(home[shared].clone());
            }
        }
        edges
    }
}

/// A path from the root of the crate: `super::a` in b::c is b::a.
fn absolute(module: &[String], path: &[String]) -> Module {
    match path.first().map(String::as_str) {
        Some("crate") => path[1..].to_vec(),
        Some("self") => [module, &path[1..]].concat(),
        Some("super") => {
            let ups = path.iter().take_while(|name| *name == "super").count();
            [&module[..module.len().saturating_sub(ups)], &path[ups..]].concat()
        }
        _ => [module, path].concat(),
    }
}

/// What can be reached from a file.
fn reached(edges: &BTreeMap<String, BTreeSet<String>>, from: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(file) = open.pop() {
        for next in edges.get(&file).into_iter().flatten() {
            if found.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    found
}

#[test]
fn no_files_of_a_folder_need_each_other() {
    let mut wrong = Vec::new();
    let mut unused: Vec<_> = ALLOWED.iter().collect();
    for (folder, mut edges) in Program::read().edges() {
        let folder = folder.join("/");
        for allowed in ALLOWED.iter().filter(|allowed| allowed.0 == folder) {
            let closes = reached(&edges, allowed.2).contains(allowed.1);
            if closes && edges.get_mut(allowed.1).is_some_and(|targets| targets.remove(allowed.2)) {
                unused.retain(|one| *one != allowed);
            }
        }
        let circle: Vec<&String> = edges.keys().filter(|file| reached(&edges, file).contains(*file)).collect();
        for file in &circle {
            let others: Vec<&String> = edges[*file].iter().filter(|other| circle.contains(other)).collect();
            wrong.push(format!("{folder}/{file} needs {others:?}, and is needed by what they need"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(unused.is_empty(), "these circles are gone: {unused:?}");
}

#[test]
fn trees_of_imports_are_read() {
    let (named, handed_on) = paths("pub use a::{b, c::{d, e as f}};\nuse super::g;\nlet x = crate::h::i();");
    let joined = |paths: &[Vec<String>]| paths.iter().map(|path| path.join("::")).collect::<Vec<_>>();
    assert_eq!(joined(&named), ["a::b", "a::c::d", "a::c::e", "super::g", "crate::h::i"]);
    assert_eq!(joined(&handed_on), ["a::b", "a::c::d", "a::c::e"]);
    assert_eq!(absolute(&["a".to_owned(), "b".to_owned()], &["super".to_owned(), "c".to_owned()]).join("::"), "a::c");
}
