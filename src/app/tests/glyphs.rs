//! The glyphs that are kept on the graphics card are bounded, and there is room for all of one size.

use super::*;
use crate::app::theme::GLYPH_TEXTURE_SIDE;
use egui::Key;

/// What the texture of the glyphs has after a frame: its pixels, and the share of it that is used.
fn texture(harness: &Harness<'_, Window>) -> (usize, f32) {
    harness.ctx.fonts(|fonts| (fonts.font_image_size().iter().product(), fonts.font_atlas_fill_ratio()))
}

/// What eframe does before each frame.
fn bound(harness: &mut Harness<'_, Window>) {
    let (ctx, mut input) = (harness.ctx.clone(), harness.input().clone());
    eframe::App::raw_input_hook(harness.state_mut(), &ctx, &mut input);
    *harness.input_mut() = input;
}

/// Shows a frame as the real window does, on a card that takes the largest textures.
fn shown(harness: &mut Harness<'_, Window>, keys: &[Key]) {
    for frame in 0..3 {
        if frame == 0 {
            keys.iter().for_each(|key| harness.key_press(*key));
        }
        harness.input_mut().max_texture_side = Some(16_384);
        bound(harness);
        harness.step();
    }
}

#[test]
fn the_glyphs_of_one_size_have_room() {
    for (pixels_per_point, zoom) in [(1.0, 0.5), (1.0, 1.0), (1.0, 2.0), (2.0, 1.5), (2.0, 2.0), (1.0, 5.0), (2.0, 5.0)]
    {
        let mut harness = window(landscape("rosenbrock"));
        harness.set_pixels_per_point(pixels_per_point);
        harness.set_size(vec2(3840.0, 2160.0) / pixels_per_point);
        harness.ctx.set_zoom_factor(zoom);
        for keys in [&[][..], &[Key::F2], &[Key::F2, Key::F5]] {
            shown(&mut harness, keys);
        }
        let (_, fill) = texture(&harness);
        assert!(fill < 0.8, "{pixels_per_point} × {zoom}: the glyphs of one size fill {fill} of their texture");
    }
}

/// All sizes that the keys offer, up and down: the texture never has more than its bound.
#[test]
fn sizes_of_text_do_not_add_up() {
    let mut harness = window(landscape("himmelblau"));
    let mut most = 0;
    for round in 0..2 {
        for tenths in (2..=50).chain((2..50).rev()) {
            harness.ctx.set_zoom_factor(tenths as f32 / 10.0);
            harness.set_size(vec2(1280.0, 720.0 + 10.0 * round as f32 + tenths as f32));
            shown(&mut harness, &[]);
            most = most.max(texture(&harness).0);
        }
    }
    assert!(most <= GLYPH_TEXTURE_SIDE * GLYPH_TEXTURE_SIDE, "{most} pixels");
}
