//! A study as a link: the whole study in the part of an address behind `#`, which a browser never sends to a server.
//!
//! The part behind `#` is the number of the format, a dot, and base64url of four bytes of checksum and the study's
//! text, compressed by Deflate. A link is not trusted: its length is bounded, the checksum is compared before anything
//! is unpacked, the unpacked size is bounded, and the text is validated like that of a file
//! ([`from_toml`](super::from_toml)). A link never names a file.
//!
//! Format 1, including its dictionary, never changes, so that old links stay valid. A change would be format 2, and
//! programs would then read both.

use super::file::{HEADER, MAX_BYTES, from_toml_alone};
use super::{Data, Source, Study, StudyError, to_toml};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, TDEFLStatus, compress_to_output, create_comp_flags_from_zip_params,
};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

/// The number of the written format, and the greatest number that can be read.
pub const LINK_FORMAT: u32 = 1;

/// The most characters of a link's part behind `#`. On Windows a whole command line may have 32,767 characters.
pub const MAX_LINK: usize = 30_000;

/// The default base address of links.
pub const DEFAULT_BASE: &str = "https://losscape.github.io/";

/// Text that most studies share, so that the link of a simple study is short. It belongs to format 1 and never changes.
const DICTIONARY: &[u8] = include_bytes!("link/dictionary-1.txt");

/// The reason why a link is not a study, or why a study has no link; a sentence to be put after "cannot open the link:
/// ".
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LinkError {
    /// There is no `#`, or the text behind it is not a study.
    #[error("the address has no study: the part behind # is missing or is something else")]
    NoStudy,
    /// It is longer than any link.
    #[error("the link has {0} characters behind #, and a study's has at most {MAX_LINK}")]
    TooLong(usize),
    /// A later program wrote it.
    #[error("the link is from a newer version of Losscape (format {0}; this one reads up to {LINK_FORMAT})")]
    Newer(u64),
    /// Its checksum is not that of its content.
    #[error("the link is incomplete or was changed: its checksum does not fit; copy the whole link again")]
    Damaged,
    /// The content cannot be unpacked, or is too large.
    #[error("the link does not hold a study: {0}")]
    Content(&'static str),
    /// The unpacked text is not a study.
    #[error("the study in the link is refused: {0}")]
    Study(StudyError),
    /// The study's examples are in a file of their own.
    #[error(
        "the study's examples are in a file of their own and too many for a link; save the study as a file and pass on both files"
    )]
    ExamplesInFile,
    /// The values of the study's grid are in a file of their own.
    #[error(
        "the values of the study's landscape are in a file of their own and too many for a link; save the study as a file and pass on both files"
    )]
    GridInFile,
    /// The study is too large.
    #[error(
        "the study would need {0} characters, and a link has at most {MAX_LINK}; save it as a file and pass that on"
    )]
    TooLarge(usize),
}

/// The link to a study with a base address. A part of the base address behind `#` is dropped.
///
/// # Errors
/// Returns an error if the study cannot be saved, or is too large for a link.
pub fn link(study: &Study, base: &str) -> Result<String, LinkError> {
    let base = base.split('#').next().unwrap_or(base);
    Ok(format!("{base}#{}", fragment(study)?))
}

/// The part of a study's link behind `#`.
///
/// # Errors
/// Returns an error if the study cannot be saved, or is too large for a link.
pub fn fragment(study: &Study) -> Result<String, LinkError> {
    if matches!(&study.data, Some(Data { source: Source::File(_), .. })) {
        return Err(LinkError::ExamplesInFile);
    }
    if study.grid.as_ref().is_some_and(|grid| grid.file.is_some()) {
        return Err(LinkError::GridInFile);
    }
    let text = to_toml(study).map_err(LinkError::Study)?;
    let packed = packed(text.strip_prefix(HEADER).unwrap_or(&text).as_bytes());
    let bytes = [checksum(LINK_FORMAT, &packed).to_be_bytes().as_slice(), &packed].concat();
    let fragment = format!("{LINK_FORMAT}.{}", URL_SAFE_NO_PAD.encode(bytes));
    if fragment.len() > MAX_LINK { Err(LinkError::TooLarge(fragment.len())) } else { Ok(fragment) }
}

/// Whether a text is meant as a link: an address, or its part from `#` on.
pub fn is_link(text: &str) -> bool {
    text.contains("://") || text.starts_with('#')
}

/// The study in a link, which may be a whole address or its part from `#` on.
///
/// # Errors
/// Returns an error if the link is damaged, if it was made by a later program, or if it does not hold a study.
pub fn from_link(link: &str) -> Result<Study, LinkError> {
    let (_, fragment) = link.trim().split_once('#').ok_or(LinkError::NoStudy)?;
    from_fragment(fragment)
}

/// The study in the part of a link behind `#`.
///
/// # Errors
/// Returns an error as [`from_link`] does.
pub fn from_fragment(fragment: &str) -> Result<Study, LinkError> {
    if fragment.len() > MAX_LINK {
        return Err(LinkError::TooLong(fragment.len()));
    }
    let (format, content) = fragment.split_once('.').ok_or(LinkError::NoStudy)?;
    let is_number = !format.is_empty() && !format.starts_with('0') && format.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Err(LinkError::NoStudy);
    }
    if format != "1" {
        return Err(LinkError::Newer(format.parse().unwrap_or(u64::MAX)));
    }
    let bytes = URL_SAFE_NO_PAD.decode(content).map_err(|_| LinkError::Damaged)?;
    let (sum, packed) = bytes.split_first_chunk::<4>().ok_or(LinkError::Damaged)?;
    if u32::from_be_bytes(*sum) != checksum(LINK_FORMAT, packed) {
        return Err(LinkError::Damaged);
    }
    let text = String::from_utf8(unpacked(packed)?).map_err(|_| LinkError::Content("it is no text"))?;
    from_toml_alone(&text).map_err(LinkError::Study)
}

/// The checksum of a link's content and format (CRC-32 of ISO 3309), which detects every change of a single character.
fn checksum(format: u32, packed: &[u8]) -> u32 {
    crc32(&[format.to_be_bytes().as_slice(), packed].concat())
}

/// The cyclic redundancy check CRC-32 of ISO 3309.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 })
    };
    !bytes.iter().fold(!0, step)
}

/// The text, compressed by Deflate with the preset dictionary.
fn packed(text: &[u8]) -> Vec<u8> {
    const BEST: i32 = 9;
    const RAW: i32 = -15;
    const DEFAULT_STRATEGY: i32 = 0;
    let mut compressor = CompressorOxide::new(create_comp_flags_from_zip_params(BEST, RAW, DEFAULT_STRATEGY));
    // The compressed dictionary is discarded; a flush ends it at a whole byte.
    compress_to_output(&mut compressor, DICTIONARY, TDEFLFlush::Sync, |_| true);
    let mut packed = Vec::new();
    let (status, _) = compress_to_output(&mut compressor, text, TDEFLFlush::Finish, |bytes| {
        packed.extend_from_slice(bytes);
        true
    });
    debug_assert_eq!(status, TDEFLStatus::Done, "memory takes all output");
    packed
}

/// The uncompressed text, of at most [`MAX_BYTES`].
fn unpacked(packed: &[u8]) -> Result<Vec<u8>, LinkError> {
    let begin = DICTIONARY.len();
    let mut most = begin + 16 * 1024;
    loop {
        let mut out = DICTIONARY.to_vec();
        out.resize(most, 0);
        let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (status, read, written) = decompress(&mut DecompressorOxide::new(), packed, &mut out, begin, flags);
        match status {
            TINFLStatus::Done if read == packed.len() => {
                out.truncate(begin + written);
                out.drain(..begin);
                return Ok(out);
            }
            TINFLStatus::Done => return Err(LinkError::Content("something follows it")),
            TINFLStatus::HasMoreOutput if most >= begin + MAX_BYTES => {
                return Err(LinkError::Content("it would be larger than any study when unpacked"));
            }
            // Unpacks again from the beginning into a buffer of four times the size. Few links need this.
            TINFLStatus::HasMoreOutput => most = (4 * most).min(begin + MAX_BYTES),
            _ => return Err(LinkError::Content("it cannot be unpacked")),
        }
    }
}

#[cfg(test)]
mod tests;
