//! A lesson on paper: pages of A4 with the text, the picture of each step, its claims with their verdicts, and
//! questions with room to write; or with the answers.

use super::page::{Page, Width};
use super::render::tree;
use crate::lesson::{
    Answer, ClaimResult, Lesson, Predict, Situation, Step, StepEvaluation, Task, Verdict, Withheld, choice_in_words,
    evaluate_claims_of, without_links,
};
use crate::number::display::{point, short};
use crate::scene::theme::Palette;
use crate::scene::{Anchor, Canvas, Colour, Font, Layout, PictureContext, Primitive, Scene, Stroke, text};
use crate::study::{Study, Theme, answer_for};
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, TextStr};
use std::collections::HashMap;

/// A4 in points.
const SIZE: [f64; 2] = [595.0, 842.0];
/// The margins at the sides, and above and below.
const MARGIN: [f64; 2] = [56.0, 52.0];
/// The size of letters.
const BODY: f64 = 10.5;
/// The height of a line to write on.
const RULE: f64 = 22.0;

/// A picture on a page: the scene, and its lower left corner in points from that of the page.
struct Placed {
    scene: Scene,
    at: [f64; 2],
    scale: f64,
}

/// A page that is being filled from above.
#[derive(Default)]
struct Sheet {
    words: Vec<Primitive>,
    pictures: Vec<Placed>,
}

struct Writer<'a> {
    palette: &'a Palette,
    sheets: Vec<Sheet>,
    /// The height up to which the last sheet is filled, from above.
    y: f64,
}

/// The handout of a lesson as a PDF.
///
/// # Errors
/// Returns an error, as a sentence, if a step cannot be shown, or if the file cannot be made.
pub fn handout(lesson: &Lesson, with_answers: bool) -> Result<Vec<u8>, String> {
    let palette = Palette::of(Theme::Light);
    let mut writer = Writer { palette, sheets: vec![Sheet::default()], y: MARGIN[1] };
    writer.head(lesson, with_answers);
    for (index, step) in lesson.steps.iter().enumerate() {
        writer.step(index + 1, step, with_answers)?;
    }
    writer.foot(&lesson.title);
    let study = lesson.steps.first().map(Step::study).ok_or("the lesson has no step")??;
    bound(&study, writer.sheets)
}

impl Writer<'_> {
    fn width() -> f64 {
        SIZE[0] - 2.0 * MARGIN[0]
    }

    fn sheet(&mut self) -> &mut Sheet {
        if self.sheets.is_empty() {
            self.sheets.push(Sheet::default());
        }
        let last = self.sheets.len() - 1;
        &mut self.sheets[last]
    }

    /// Begins a new page unless so much room is left.
    fn room(&mut self, height: f64) {
        if self.y + height > SIZE[1] - MARGIN[1] {
            self.sheets.push(Sheet::default());
            self.y = MARGIN[1];
        }
    }

    fn gap(&mut self, height: f64) {
        self.y += height;
    }

    /// A paragraph, indented, in as many lines as it needs.
    fn say(&mut self, words: &str, font: Font, size: f64, colour: Colour, indent: f64) {
        let lines = text::wrapped(words, font, size, Writer::width() - indent, 60);
        for line in lines {
            self.room(1.4 * size);
            self.y += 1.4 * size;
            let at = [MARGIN[0] + indent, self.y - 0.35 * size];
            self.put(line, at, font, size, colour);
        }
    }

    fn put(&mut self, words: String, at: [f64; 2], font: Font, size: f64, colour: Colour) {
        let runs = text::plain(words);
        self.sheet().words.push(Primitive::Text { at, anchor: Anchor::Start, font, size, runs, colour, halo: None });
    }

    /// Lines to write on.
    fn rules(&mut self, count: usize) {
        for _ in 0..count {
            self.room(RULE);
            self.y += RULE;
            let stroke = Stroke { width: 0.6, colour: self.palette.axis, dash: None };
            let points = vec![[MARGIN[0], self.y], [SIZE[0] - MARGIN[0], self.y]];
            self.sheet().words.push(Primitive::Polyline { points, stroke });
        }
        self.gap(6.0);
    }

    fn head(&mut self, lesson: &Lesson, with_answers: bool) {
        let Palette { text, muted, .. } = *self.palette;
        self.say(&lesson.title, Font::SansBold, 18.0, text, 0.0);
        let mut about = vec![format!("about {} minutes", lesson.minutes)];
        if !lesson.audience.is_empty() {
            about.push(format!("for {}", lesson.audience));
        }
        if with_answers {
            about.push("with answers".to_owned());
        }
        self.say(&about.join(", "), Font::Sans, BODY, muted, 0.0);
        self.gap(8.0);
    }

    fn step(&mut self, number: usize, step: &Step, with_answers: bool) -> Result<(), String> {
        let Palette { text, muted, .. } = *self.palette;
        // The answer of a question is not printed.
        let asked = step.predict.as_ref().filter(|_| !with_answers);
        let picture = picture(step, asked.map(Predict::withholds))?;
        // A step begins where its picture fits, too.
        let [width, height] = picture.layout.canvas.size;
        self.room((Writer::width() / width).min(1.0) * height + 90.0);
        self.gap(10.0);
        self.say(&format!("{number}. {}", step.title), Font::SansBold, 13.0, text, 0.0);
        self.say(&plain(&step.text), Font::Sans, BODY, text, 0.0);
        self.gap(6.0);
        self.show(picture);
        if step.predict.is_some() {
            self.question(step, with_answers);
        }
        if asked.is_some() && !step.claims.is_empty() {
            self.say("The claims of this step are in the answers.", Font::Sans, BODY, muted, 0.0);
        } else {
            evaluate_claims_of(step).iter().for_each(|claim| self.claim(claim));
        }
        if let Some(task) = &step.task {
            self.exercise(task, with_answers);
        }
        Ok(())
    }

    fn show(&mut self, scene: Scene) {
        let [width, height] = scene.layout.canvas.size;
        let scale = (Writer::width() / width).min(1.0);
        self.room(scale * height);
        self.y += scale * height;
        let at = [MARGIN[0], SIZE[1] - self.y];
        self.sheet().pictures.push(Placed { scene, at, scale });
        self.gap(6.0);
    }

    fn claim(&mut self, claim: &ClaimResult) {
        let Palette { text, good, error, warning, .. } = *self.palette;
        let (sign, colour) = match claim.verdict {
            Verdict::Holds => ("✓", good),
            Verdict::Fails => ("✗", error),
            Verdict::Undecided => ("?", warning),
        };
        self.room(2.8 * BODY);
        let at = [MARGIN[0], self.y + 1.05 * BODY];
        self.put(sign.to_owned(), at, Font::SansBold, BODY, colour);
        self.say(&plain(&claim.says), Font::Sans, BODY, text, 16.0);
    }

    fn question(&mut self, step: &Step, with_answers: bool) {
        let Some(predict) = &step.predict else { return };
        let Palette { text, accent, good, .. } = *self.palette;
        self.room(70.0);
        self.say("Question", Font::SansBold, BODY, accent, 0.0);
        self.say(&plain(&predict.ask), Font::Sans, BODY, text, 0.0);
        for choice in &predict.choices {
            self.say(&format!("○ {}", choice_in_words(choice)), Font::Sans, BODY, text, 16.0);
        }
        if !with_answers {
            if predict.mark.is_some() {
                self.say("Mark the place in the picture, and say why.", Font::Sans, BODY, text, 0.0);
            }
            return self.rules(3);
        }
        let answer = predict.answer(&mut StepEvaluation::new(Situation::of_step(step)));
        let words = match answer {
            Ok(Answer::Place(w)) => format!("Answer: {}", point(w)),
            Ok(Answer::Word(word)) => format!("Answer: {}", choice_in_words(&word)),
            Ok(Answer::Number(number)) => format!("Answer: {}", short(number)),
            Err(reason) => format!("There is no answer: {reason}"),
        };
        self.say(&words, Font::SansBold, BODY, good, 0.0);
        self.gap(4.0);
    }

    fn exercise(&mut self, task: &Task, with_answers: bool) {
        let Palette { text, accent, good, .. } = *self.palette;
        self.room(70.0);
        self.gap(4.0);
        self.say("Exercise", Font::SansBold, BODY, accent, 0.0);
        self.say(&plain(&task.ask), Font::Sans, BODY, text, 0.0);
        if !with_answers {
            return self.rules(2);
        }
        self.say(&format!("A solution: {}", task.solution.words()), Font::SansBold, BODY, good, 0.0);
    }

    /// The title and the page's number below each page.
    fn foot(&mut self, title: &str) {
        let colour = self.palette.muted;
        let count = self.sheets.len();
        for (index, sheet) in self.sheets.iter_mut().enumerate() {
            let runs = text::plain(format!("{title} · {} / {count}", index + 1));
            let at = [MARGIN[0], SIZE[1] - 26.0];
            sheet.words.push(Primitive::Text {
                at,
                anchor: Anchor::Start,
                font: Font::Sans,
                size: 8.5,
                runs,
                colour,
                halo: None,
            });
        }
    }
}

/// A text without the markup of emphasis, formulas and links.
fn plain(words: &str) -> String {
    let mut plain = String::new();
    let text = without_links(words);
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['*', '`']) {
        let (before, marked) = rest.split_at(at);
        let (sign, after) = marked.split_at(1);
        plain.push_str(before);
        match after.find(sign).filter(|end| *end > 0 && !after.starts_with(' ')) {
            Some(end) => {
                plain.push_str(&after[..end]);
                rest = &after[end + 1..];
            }
            None => {
                plain.push_str(sign);
                rest = after;
            }
        }
    }
    plain + rest
}

/// The picture of a step, without what its question withholds.
fn picture(step: &Step, withheld: Option<Withheld>) -> Result<Scene, String> {
    let mut study = step.study()?;
    study.picture.theme = Theme::Light;
    study.runs.iter_mut().for_each(|run| run.shown = withheld.is_none());
    if let Some(withheld) = withheld {
        withheld.take_from(&mut study);
    }
    let page = Page { width: Width::Millimetres(Writer::width() * 25.4 / 72.0), examples: false };
    let plot = page.plot(&study);
    let pixels = [plot.width(), plot.height()].map(|side| (2.0 * side).round() as usize);
    let (mut findings, _) = answer_for(&study, pixels).map_err(|error| error.to_string())?;
    let pending_claim = withheld.and_then(|withheld| withheld.take_from_findings(&mut findings));
    let context = PictureContext { pending_claim, ..PictureContext::of(&study, &findings, None) };
    let (mut scene, _) = page.draw(&study, &findings, context, true);
    if withheld.is_none() {
        let marks: Vec<Primitive> =
            step.highlight.iter().flat_map(|w| crate::scene::highlight(&scene.layout, (*w).into())).collect();
        scene.primitives.extend(marks);
    }
    Ok(scene)
}

/// The sheets as the pages of a file.
fn bound(study: &Study, sheets: Vec<Sheet>) -> Result<Vec<u8>, String> {
    let canvas = Canvas { size: SIZE, scale: 1.0, decorations: false };
    let background = Palette::of(Theme::Light).raised;
    let mut next = Ref::new(1);
    let (catalog, tree_of_pages, information) = (next.bump(), next.bump(), next.bump());
    let mut pdf = Pdf::new();
    let mut pages = Vec::new();
    for Sheet { words, pictures } in sheets {
        let layout = Layout::new(study, &canvas);
        let scene = Scene { layout, background, primitives: words, description: String::new() };
        let words = Placed { scene, at: [0.0, 0.0], scale: 1.0 };
        let (page, content) = (next.bump(), next.bump());
        let mut stream = Content::new();
        let mut named = Vec::new();
        for (index, Placed { scene, at, scale }) in std::iter::once(words).chain(pictures).enumerate() {
            let form = embedded(&scene, &mut pdf, &mut next)?;
            let [width, height] = scene.layout.canvas.size.map(|side| (scale * side) as f32);
            let name = format!("S{index}");
            stream.save_state();
            stream.transform([width, 0.0, 0.0, height, at[0] as f32, at[1] as f32]);
            stream.x_object(Name(name.as_bytes()));
            stream.restore_state();
            named.push((name, form));
        }
        pdf.stream(content, &stream.finish());
        let mut written = pdf.page(page);
        written.media_box(Rect::new(0.0, 0.0, SIZE[0] as f32, SIZE[1] as f32));
        written.parent(tree_of_pages).contents(content);
        let mut resources = written.resources();
        let mut forms = resources.x_objects();
        for (name, form) in &named {
            forms.pair(Name(name.as_bytes()), form);
        }
        forms.finish();
        resources.finish();
        written.finish();
        pages.push(page);
    }
    pdf.pages(tree_of_pages).count(pages.len() as i32).kids(pages);
    pdf.catalog(catalog).pages(tree_of_pages);
    pdf.document_info(information).producer(TextStr(concat!("Losscape ", env!("CARGO_PKG_VERSION"))));
    Ok(pdf.finish())
}

/// Puts a scene into the file as a form of the size 1 × 1.
fn embedded(scene: &Scene, pdf: &mut Pdf, next: &mut Ref) -> Result<Ref, String> {
    let tree = tree(scene)?;
    let (chunk, root) = svg2pdf::to_chunk(&tree, svg2pdf::ConversionOptions::default())
        .map_err(|error| format!("the PDF cannot be made: {error}"))?;
    let mut numbers = HashMap::new();
    let chunk = chunk.renumber(|old| *numbers.entry(old).or_insert_with(|| next.bump()));
    pdf.extend(&chunk);
    numbers.get(&root).copied().ok_or_else(|| "the PDF cannot be made: a form is missing".to_owned())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use crate::lesson::{TEMPLATE, from_toml, lessons};

    #[test]
    fn marks_of_emphasis_are_left_out() {
        assert_eq!(plain("*Every* sentence of `w1*w2`, and 2 * 3."), "Every sentence of w1*w2, and 2 * 3.");
    }

    /// Each page is an object of the type Page; the answers are those of the questions.
    #[test]
    fn a_handout_has_pages_with_and_without_answers() {
        let lesson = from_toml(TEMPLATE).unwrap();
        let [asked, answered] = [false, true].map(|with_answers| handout(&lesson, with_answers).unwrap());
        for file in [&asked, &answered] {
            assert!(file.starts_with(b"%PDF-"));
            let count = file.windows(11).filter(|part| part == b"/Type /Page").count();
            assert!(count >= 2, "a tree and a page");
        }
        assert_ne!(asked, answered);
    }

    /// The picture of a question about critical points has none of them, and that of a saddle its curves.
    #[test]
    fn pictures_withhold_answers_and_show_layers() {
        let kinds = &lessons().iter().find(|(name, _)| *name == "kinds").unwrap().1;
        let asking = &kinds.steps[0];
        let withheld = asking.predict.as_ref().map(Predict::withholds);
        let [asked, answered] = [withheld, None].map(|withheld| picture(asking, withheld).unwrap().description);
        // Himmelblau's function has four minima, one of them at (3, 2).
        assert!(answered.contains("(3, 2)"), "{answered}");
        assert!(!asked.contains("(3, 2)") && !asked.contains("Minimum"), "{asked}");
        let saddle = kinds.steps.iter().find(|step| step.title == "Where a saddle leads").unwrap();
        let shown = picture(saddle, None).unwrap();
        assert!(shown.description.contains("steepest"), "{}", shown.description);
        let mut without = saddle.clone();
        without.picture.clear();
        assert!(shown.primitives.len() > picture(&without, None).unwrap().primitives.len() + 8, "16 curves");
    }

    /// How a run ended is written whole beside the picture, with its steps.
    #[test]
    fn endings_are_not_cut() {
        let fog = &lessons()[0].1;
        let mut endings = 0;
        for step in &fog.steps {
            for primitive in picture(step, None).unwrap().primitives {
                let Primitive::Text { runs, .. } = primitive else { continue };
                let words: String = runs.iter().map(|run| run.text.as_str()).collect();
                assert!(!words.contains('…'), "{}: {words}", step.title);
                endings += usize::from(words.contains("step"));
            }
        }
        assert!(endings >= 4, "{endings}");
    }

    /// Words and pictures of every lesson stay on their pages.
    #[test]
    fn nothing_is_below_the_margin() {
        let palette = Palette::of(Theme::Light);
        let mut writer = Writer { palette, sheets: vec![Sheet::default()], y: MARGIN[1] };
        for (_, lesson) in lessons() {
            writer.head(lesson, true);
            for step in &lesson.steps {
                writer.say(&plain(&step.text), Font::Sans, BODY, palette.text, 0.0);
                writer.rules(3);
            }
        }
        assert!(writer.sheets.len() > 3);
        for primitive in writer.sheets.iter().flat_map(|sheet| &sheet.words) {
            let lowest = match primitive {
                Primitive::Text { at, .. } => at[1],
                Primitive::Polyline { points, .. } => points[0][1],
                _ => 0.0,
            };
            assert!(lowest <= SIZE[1] - MARGIN[1] + 1e-9, "{primitive:?}");
        }
    }
}
