//! `losscape-web-bindgen PROGRAM.wasm FOLDER` writes `losscape.js` and `losscape_bg.wasm`, which a page loads, into the folder.
//!
//! It does what the command `wasm-bindgen` does, without that command's other tasks, which take most of the time to build it.

use std::process::ExitCode;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [program, folder] = arguments.as_slice() else {
        eprintln!("usage: losscape-web-bindgen PROGRAM.wasm FOLDER");
        return ExitCode::from(2);
    };
    match written(program, folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("losscape-web-bindgen: {error}");
            ExitCode::FAILURE
        }
    }
}

fn written(program: &str, folder: &str) -> Result<(), String> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(program).out_name("losscape").typescript(false);
    bindgen.remove_name_section(true).remove_producers_section(true);
    bindgen.web(true).and_then(|bindgen| bindgen.generate(folder)).map_err(|error| format!("{error:#}"))
}
