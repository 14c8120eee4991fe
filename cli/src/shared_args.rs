use std::ffi::OsString;

use clap::{
    Args, ColorChoice, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use signalbook_diagnostics::render::Format;

/// The options of every verb.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Print only results and findings
    #[arg(short, long, global = true, display_order = 1000)]
    pub(crate) quiet: bool,
    /// Log to stderr; repeat for more detail
    #[arg(short, long, global = true, display_order = 1001)]
    #[arg(action = clap::ArgAction::Count, conflicts_with = "quiet")]
    pub(crate) verbose: u8,
    /// When to use colours; `auto` respects `NO_COLOR`
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = 1002)]
    pub(crate) color: Color,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    /// Reads `--color` from the arguments before they are parsed: help and usage errors need it too.
    pub(crate) fn from_args(args: impl IntoIterator<Item = OsString>) -> Self {
        let mut args =
            args.into_iter().filter_map(|arg| arg.into_string().ok()).take_while(|arg| arg != "--");
        let mut color = Self::Auto;
        while let Some(arg) = args.next() {
            let value = match arg.strip_prefix("--color") {
                Some("") => args.next(),
                Some(value) => value.strip_prefix('=').map(str::to_owned),
                None => None,
            };
            color = value.and_then(|value| Self::from_str(&value, false).ok()).unwrap_or(color);
        }
        color
    }
}

impl From<Color> for ColorChoice {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Always => Self::Always,
            Color::Never => Self::Never,
        }
    }
}

/// What fails in addition to errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    /// Fail if there are warnings
    Warnings,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct FormatArgs {
    /// How to print findings
    #[arg(long, default_value = "human", value_parser = formats())]
    pub(crate) format: Format,
}

fn formats() -> impl TypedValueParser<Value = Format> {
    let formats = Format::ALL.map(|format| PossibleValue::new(format.name()).help(format.about()));
    PossibleValuesParser::new(formats).try_map(|name| name.parse::<Format>())
}
