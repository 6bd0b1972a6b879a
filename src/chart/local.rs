//! L around the selected critical point, with its eigen-directions and the quadratic model over it.

use super::{Chart, ChartInfo, Content, Drawing, Subject};
use crate::number::display::short;
use crate::scene::theme::Palette;
use crate::scene::{self, Anchor, Colour, Font, Primitive, Rect, Stroke, text, words};

/// The local picture.
pub struct LocalChart;

impl Chart for LocalChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: "local",
            tab: "LOCAL",
            title: "L around the selected critical point",
            action: "Show the local picture",
            tooltip: "L around the selected critical point, with its eigen-directions and the quadratic model over it.",
        }
    }

    fn suits(&self, subject: &Subject<'_>) -> bool {
        !subject.findings.points.points.is_empty()
    }

    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a> {
        let points = &subject.findings.points;
        let selected = subject.findings.selected_point(subject.study);
        let Some((index, point)) = selected.and_then(|index| Some((index, points.points.get(index)?))) else {
            return Content::Nothing("Click a critical point in the picture or in the table.".to_owned());
        };
        let (loss, view) = (&subject.findings.loss, &subject.study.view);
        let description = format!(
            "Contours of L and of its quadratic model around the {}, with the eigen-directions.",
            words::kind_word(point.kind)
        );
        let marks = move |rect: &Rect, scale: f64, palette: &Palette| {
            let caption = CAPTION * scale;
            let inside = Rect { min: rect.min, max: [rect.max[0], (rect.max[1] - caption).max(rect.min[1] + 1.0)] };
            let drawn = scene::local(loss, points, index, view, palette, inside, scale);
            let (mut marks, reach) = drawn.map_or((Vec::new(), None), |drawn| (drawn.primitives, Some(drawn.reach)));
            legend(rect, reach, scale, palette, &mut marks);
            marks
        };
        Content::Drawing(Drawing { marks: Box::new(marks), description })
    }
}

/// The height of the line below the picture.
const CAPTION: f64 = 22.0;

/// The legend below the picture: the meaning of both kinds of lines, and the size of the picture.
fn legend(rect: &Rect, reach: Option<f64>, scale: f64, palette: &Palette, marks: &mut Vec<Primitive>) {
    let size = 11.0 * scale;
    let y = rect.max[1] - 7.0 * scale;
    let mut words = |x: f64, anchor: Anchor, words: &str, colour: Colour| {
        let runs = text::plain(words);
        marks.push(Primitive::Text { at: [x, y], anchor, font: Font::Sans, size, runs, colour, halo: None });
    };
    let mut x = rect.min[0];
    let mut lines = Vec::new();
    for (dash, colour, name) in
        [(None, palette.bare_contour, "L"), (Some([5.0 * scale, 4.0 * scale]), palette.accent, "quadratic model")]
    {
        let middle = y - 0.35 * size;
        let stroke = Stroke { width: 1.5 * scale, colour, dash };
        lines.push(Primitive::Polyline { points: vec![[x, middle], [x + 22.0 * scale, middle]], stroke });
        words(x + 27.0 * scale, Anchor::Start, name, palette.muted);
        x += 39.0 * scale + text::plain_width(Font::Sans, size, name);
    }
    let reach = reach.map_or("not drawn".to_owned(), |reach| format!("± {}", short(reach)));
    words(rect.max[0], Anchor::End, &reach, palette.muted);
    marks.extend(lines);
}
