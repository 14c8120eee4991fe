use signalbook_model::Json;

/// Returns an integral value unchanged, or else the double with the fewest digits that is read as `value`.
pub(super) fn float(value: f32) -> Json {
    let exact = f64::from(value);
    if exact.fract() == 0.0 {
        return double(exact);
    }
    #[expect(clippy::cast_possible_truncation, reason = "the comparison checks whether it is lossy")]
    let comes_back = |short: &f64| (*short as f32).to_bits() == value.to_bits();
    match value.to_string().parse().ok().filter(comes_back) {
        Some(short) if value.is_finite() => Json::Float(short),
        Some(_) | None => double(exact),
    }
}

pub(super) fn double(value: f64) -> Json {
    if value.is_nan() {
        Json::String("NaN".to_owned())
    } else if value.is_infinite() {
        Json::String(if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned())
    } else {
        Json::Float(value)
    }
}
