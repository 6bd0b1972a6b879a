//! Names as a person types them: of landscapes, datasets, layers and optimizers. What is no known name may be a path.

use crate::dataset;
use crate::formula::Formula;
use crate::landscape::catalogue::Entry;
use crate::optimizer::{OPTIMIZERS, Optimizer};
use crate::study::{self, LAYERS, LayerSwitch, is_link, layers};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Where a study is from.
#[derive(Clone)]
pub enum Source {
    /// A study file.
    Study(PathBuf),
    /// A link that holds a study.
    Link(String),
    /// A landscape of the catalogue.
    Entry(&'static Entry),
}

/// Where examples are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataSource {
    /// A dataset that comes with the program.
    Standard(&'static str),
    /// A CSV file.
    File(PathBuf),
}

/// A name of a dataset that comes with the program, or a file.
#[derive(Clone)]
pub struct DataParser;

impl TypedValueParser for DataParser {
    type Value = DataSource;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<DataSource, clap::Error> {
        let known = value.to_str().and_then(dataset::find);
        if let Some(known) = known {
            return Ok(DataSource::Standard(known.name));
        }
        let path = PathBuf::from(value);
        if is_path(&path) {
            return Ok(DataSource::File(path));
        }
        let names = dataset::standard().iter().map(|known| known.name);
        let tip = "`losscape datasets` lists them; a file has an extension or a folder: ./data";
        let never = listed(names.collect(), tip, command, argument, value)?;
        Ok(DataSource::File(never.into()))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(dataset::standard().iter().map(|known| PossibleValue::new(known.name).help(known.title))))
    }
}

/// Whether what is no known name is meant as a path: it has a dot or a slash, or it exists.
fn is_path(path: &Path) -> bool {
    path.extension().is_some() || path.components().count() > 1 || path.exists()
}

/// Whether a text that could be a path is a formula, such as `w1+1/w1`.
fn is_formula(text: &str) -> bool {
    text.contains(['^', '*', '+', '(']) && Formula::parse(text).is_ok()
}

/// A name of the catalogue.
#[derive(Clone)]
pub struct EntryParser;

impl TypedValueParser for EntryParser {
    type Value = &'static Entry;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<&'static Entry, clap::Error> {
        let names = study::entries().map(|entry| entry.name.as_str());
        let tip = "`losscape landscapes` says what they are; a formula is given as --formula TEXT";
        let name = listed(names.collect(), tip, command, argument, value).map_err(|mut error| {
            // There are too many to list them here.
            error.insert(ContextKind::ValidValue, ContextValue::Strings(Vec::new()));
            error
        })?;
        study::entry(&name).ok_or_else(|| clap::Error::new(clap::error::ErrorKind::InvalidValue))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(study::entries().map(|entry| PossibleValue::new(&*entry.name).help(&*entry.title))))
    }
}

/// The key of a layer; `-` stands for `_`, too, as in other names of the command line.
#[derive(Clone)]
pub struct LayerParser;

impl TypedValueParser for LayerParser {
    type Value = &'static LayerSwitch;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<&'static LayerSwitch, clap::Error> {
        let known = value.to_str().and_then(layers::layer);
        let value = known.map_or(value, |layer| OsStr::new(layer.key));
        let key = listed(LAYERS.iter().map(|layer| layer.key).collect(), LAYER_TIP, command, argument, value)?;
        layers::layer(&key).ok_or_else(|| clap::Error::new(clap::error::ErrorKind::InvalidValue))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(LAYERS.iter().map(|layer| PossibleValue::new(layer.key).help(layer.title))))
    }
}

const LAYER_TIP: &str = "docs/layers.md says what they show";

/// A name of an optimizer.
#[derive(Clone)]
pub struct OptimizerParser;

impl TypedValueParser for OptimizerParser {
    type Value = &'static dyn Optimizer;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<&'static dyn Optimizer, clap::Error> {
        let names = OPTIMIZERS.iter().map(|optimizer| optimizer.name());
        let tip = "`losscape optimizers` says what they do";
        let name = listed(names.collect(), tip, command, argument, value)?;
        crate::optimizer::find(&name).ok_or_else(|| clap::Error::new(clap::error::ErrorKind::InvalidValue))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(OPTIMIZERS.iter().map(|optimizer| PossibleValue::new(optimizer.name()).help(optimizer.title()))))
    }
}

/// A study file, a link or a name of the catalogue.
#[derive(Clone)]
pub struct SourceParser;

impl TypedValueParser for SourceParser {
    type Value = Source;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Source, clap::Error> {
        let path = PathBuf::from(value);
        if let Some(link) = value.to_str().filter(|text| is_link(text) && !path.exists()) {
            return Ok(Source::Link(link.to_owned()));
        }
        let is_name = value.to_str().is_some_and(|name| study::entry(name).is_some());
        // The error for an unknown name says how a formula is given.
        let is_formula = !path.exists() && value.to_str().is_some_and(is_formula);
        if !is_name && is_path(&path) && !is_formula {
            return Ok(Source::Study(path));
        }
        EntryParser.parse_ref(command, argument, value).map(Source::Entry)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        EntryParser.possible_values().map(|names| Box::new(names.collect::<Vec<_>>().into_iter()) as Box<_>)
    }
}

/// The value, when it is one of the names; otherwise clap's error, which lists and suggests, with a tip of ours.
fn listed(
    names: Vec<&'static str>,
    tip: &str,
    command: &clap::Command,
    argument: Option<&clap::Arg>,
    value: &OsStr,
) -> Result<String, clap::Error> {
    PossibleValuesParser::new(names).parse_ref(command, argument, value).map_err(|mut error| {
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.to_owned().into()]));
        error
    })
}
