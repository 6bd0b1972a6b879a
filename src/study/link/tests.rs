#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::*;
use crate::dataset::Dataset;
use crate::landscape::{View, catalogue};
use crate::optimizer::OPTIMIZERS;
use proptest::prelude::*;

/// A fragment with a checksum that fits: only then anything is unpacked.
fn sealed(packed: &[u8]) -> String {
    let bytes = [checksum(1, packed).to_be_bytes().as_slice(), packed].concat();
    format!("1.{}", URL_SAFE_NO_PAD.encode(bytes))
}

fn himmelblau() -> Study {
    Study::of_entry(catalogue::find("himmelblau").unwrap())
}

fn refused(fragment: &str) -> String {
    from_fragment(fragment).unwrap_err().to_string()
}

#[test]
fn every_landscape_has_a_short_link_and_comes_back_equal() {
    for entry in catalogue::catalogue() {
        let study = Study::of_entry(entry);
        let link = link(&study, "https://example.org/x/?a=b#old").unwrap();
        assert!(link.starts_with("https://example.org/x/?a=b#1.") && link.len() < 400, "{link}");
        assert_eq!(from_link(&link), Ok(study), "{}", entry.name);
    }
}

/// What was written on a board stays a link.
#[test]
fn a_link_of_format_1_still_opens() {
    assert_eq!(crc32(DICTIONARY), DICTIONARY_SUM, "the dictionary belongs to format 1 and must not change");
    for link in [HIMMELBLAU, &format!(" https://losscape.github.io/{HIMMELBLAU}\n")] {
        assert_eq!(from_link(link), Ok(himmelblau()));
    }
}

/// The numbers and names of a changed study come back to the last bit.
#[test]
fn a_study_with_everything_changed_comes_back_equal() {
    let mut study = himmelblau();
    study.landscape.formula = "exp(k*w1) - größe + w2^2".to_owned();
    study.landscape.name = None;
    study.landscape.parameters.insert("k".to_owned(), "0.1".parse().unwrap());
    study.view = View { w1: [-1.0 / 3.0, 0.1 + 0.2], w2: [-5e-300, 1e17] };
    study.start = [0.1 + 0.2, -1e-17];
    study.runs = OPTIMIZERS.iter().take(12).map(|optimizer| crate::optimizer::Run::new(optimizer.name())).collect();
    let link = link(&study, DEFAULT_BASE).unwrap();
    assert_eq!(from_link(&link), Ok(study));
}

fn over_rows(rows: usize, number: impl Fn(usize) -> f64) -> Study {
    let column = |offset: usize| (0..rows).map(|row| number(2 * row + offset)).collect::<Vec<f64>>();
    let dataset = Dataset::new(vec![("x".to_owned(), column(0)), ("y".to_owned(), column(1))]).unwrap();
    let view = View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] };
    Study { data: Some(Data::rows(dataset, None)), ..Study::of_formula("(w1*x + w2 - y)^2", view) }
}

/// Numbers of five random digits, of any size and sign between 0.0001 and 99999.
#[test]
fn two_hundred_examples_of_two_numbers_fit_on_a_slide() {
    let scramble = |n: usize| {
        (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23).wrapping_mul(0x2545_f491_4f6c_dd1d)
    };
    let study = over_rows(200, |n| {
        let bits = scramble(n) >> 20;
        let digits = (bits % 90_000 + 10_000) as f64;
        let sign = if bits >> 40 & 1 == 1 { -1.0 } else { 1.0 };
        sign * digits / [1.0, 10.0, 100.0, 1_000.0, 10_000.0][(bits >> 24) as usize % 5]
    });
    let link = link(&study, DEFAULT_BASE).unwrap();
    assert!(link.len() <= 4_000, "{} characters", link.len());
    assert_eq!(from_link(&link), Ok(study));
}

#[test]
fn what_is_too_large_for_a_link_is_said_with_a_way_out() {
    let study = over_rows(8_000, |n| libm::sin(n as f64));
    let message = fragment(&study).unwrap_err().to_string();
    assert!(message.contains("save it as a file"), "{message}");
    let mut study = himmelblau();
    let source = Source::File("/a/many.csv".into());
    let data = over_rows(3, |n| n as f64).data.unwrap();
    study.data = Some(Data { source, ..data });
    assert_eq!(fragment(&study), Err(LinkError::ExamplesInFile));
}

#[test]
fn no_character_can_be_changed_lost_or_added() {
    let fragment = fragment(&himmelblau()).unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=%+/ #é";
    for (at, own) in fragment.char_indices() {
        assert!(from_fragment(&fragment[..at]).is_err(), "cut off after {at}");
        let without = format!("{}{}", &fragment[..at], &fragment[at + 1..]);
        assert!(from_fragment(&without).is_err(), "without the character {at}");
        for other in alphabet.chars() {
            let (before, after) = (&fragment[..at], &fragment[at..]);
            assert!(from_fragment(&format!("{before}{other}{after}")).is_err(), "{other} before {at}");
            if other != own {
                assert!(from_fragment(&format!("{before}{other}{}", &after[1..])).is_err(), "{other} for {at}");
            }
        }
    }
    for more in ["A", "AA", "AAAA", ".", "=", "%20", "#1.AAAA"] {
        assert!(from_fragment(&format!("{fragment}{more}")).is_err(), "{more}");
    }
}

#[test]
fn what_is_no_link_is_refused_in_words() {
    assert_eq!(from_link("https://example.org/"), Err(LinkError::NoStudy));
    for fragment in ["", "help", "1", ".AAAA", "one.AAAA", "-1.AAAA", "01.AAAA", "0.AAAA"] {
        assert_eq!(from_fragment(fragment), Err(LinkError::NoStudy), "{fragment}");
    }
    for fragment in ["1.", "1.A", "1.AAAA", "1.AAAAAAAA", "1.é"] {
        assert_eq!(from_fragment(fragment), Err(LinkError::Damaged), "{fragment}");
    }
    assert_eq!(from_fragment("2.AAAA"), Err(LinkError::Newer(2)));
    assert!(refused(&format!("{}.AAAA", "9".repeat(40))).contains("newer version"));
    assert_eq!(from_fragment(&format!("1.{}", "A".repeat(MAX_LINK))), Err(LinkError::TooLong(MAX_LINK + 2)));
}

#[test]
fn hostile_contents_are_refused() {
    let text = to_toml(&himmelblau()).unwrap();
    let with = |from: &str, to: &str| {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        refused(&sealed(&packed(changed.as_bytes())))
    };
    assert!(with("version = 1", "version = 99").contains("newer version"));
    assert!(with("start = [-0.5, -1.5]", "start = [nan, 0.0]").contains("start"));
    assert!(with("view = [-6.0,", "view = [-inf,").contains("view"));
    let megabyte = format!("formula = \"{}w1\"", "w1+".repeat(300_000));
    assert!(with("formula = \"(w1^2+w2-11)^2+(w1+w2^2-7)^2\"", &megabyte).contains("formula"));
    assert!(with("[picture]", &format!("x = {}\n[picture]", "[".repeat(100_000))).contains("the study in the link"));
    let file = with("[[runs]]", "[data]\nfile = \"/etc/passwd\"\n[[runs]]");
    assert!(file.contains("data.file: a link may not name a file"), "{file}");
    assert!(refused(&sealed(&packed(b"\xff\xfe"))).contains("no text"));
    // Twenty megabytes in as many characters as a link may have.
    let bomb = sealed(&packed(&vec![b'\n'; 20_000_000]));
    assert!(bomb.len() < MAX_LINK && refused(&bomb).contains("larger than any study"), "{}", bomb.len());
    let followed = [packed(text.as_bytes()), vec![0]].concat();
    assert!(refused(&sealed(&followed)).contains("something follows"));
    let all = packed(text.as_bytes());
    for length in 0..all.len() {
        assert!(from_fragment(&sealed(&all[..length])).is_err(), "{length} bytes of {}", all.len());
    }
}

proptest! {
    #[test]
    fn random_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(from_fragment(&sealed(&bytes)).is_err());
    }

    #[test]
    fn random_text_is_refused(text in "\\PC{0,60}") {
        let fragment = format!("1.{text}");
        prop_assert!(from_link(&text).is_err() && from_fragment(&fragment).is_err());
    }

    #[test]
    fn a_text_with_random_damage_never_panics(at in 0_usize..1_000, byte in any::<u8>()) {
        let mut text = to_toml(&himmelblau()).unwrap().into_bytes();
        let length = text.len();
        text[at % length] = byte;
        let _ = from_fragment(&sealed(&packed(&text)));
    }
}

/// The published check value of CRC-32.
#[test]
fn the_checksum_is_that_of_the_standard() {
    assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
}

/// The check of the dictionary of format 1.
const DICTIONARY_SUM: u32 = 565337403;
/// A link that was made when format 1 was fixed.
const HIMMELBLAU: &str = "#1.9xcyVBvN-6N5fzTvj8y8DwA";
