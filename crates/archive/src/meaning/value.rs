//! Named values, and how two lists of them differ.

use std::borrow::Cow;
use std::collections::BTreeMap;

use waybill_model::{Area, Change, ChangeKind, DifferenceClass};

use super::fingerprint::Print;
use super::hosts::without_hosts;
use super::{inline, prefixes, shown};

/// How a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// Somebody designed it.
    Design,
    /// Designed, but for the hosts in it.
    Hosted,
    /// Environments differ in it.
    Environment,
    /// How the artifact stands.
    State,
}

/// A named value.
#[derive(Clone, PartialEq)]
pub(super) struct Value {
    pub area: Area,
    pub name: String,
    /// `None`: not told here.
    pub text: Option<String>,
    /// What counts, where that is not the text: the expression without its prefixes.
    pub counts: Option<String>,
    pub sort: Sort,
    pub secret: bool,
    /// Its text is an expression, shown without prefixes.
    pub expression: bool,
    /// Only that it is there is told.
    pub bare: bool,
}

impl Value {
    pub fn new(area: Area, name: impl Into<String>, text: impl Into<String>) -> Self {
        let text: String = text.into();
        let text = if text.contains('\r') {
            text.replace("\r\n", "\n")
        } else {
            text
        };
        Self {
            area,
            name: name.into(),
            text: Some(text),
            counts: None,
            sort: Sort::Design,
            secret: false,
            expression: false,
            bare: false,
        }
    }

    /// Something that is there and has no value: a member.
    pub fn bare(area: Area, name: impl Into<String>) -> Self {
        Self {
            bare: true,
            ..Self::new(area, name, "present")
        }
    }

    /// An expression, by its namespaces.
    pub fn expression(
        area: Area,
        name: impl Into<String>,
        text: &str,
        known: &prefixes::Prefixes,
    ) -> Self {
        let counts = prefixes::canonical(text, |prefix| known.namespace(prefix));
        let mut value = Self::new(area, name, text.trim());
        value.counts = Some(counts);
        value.expression = true;
        value
    }

    pub fn sort(mut self, sort: Sort) -> Self {
        self.sort = sort;
        self
    }

    /// What counts; empty and absent are the same.
    pub fn counting(&self) -> &str {
        self.counts
            .as_deref()
            .or(self.text.as_deref())
            .unwrap_or_default()
            .trim()
    }

    /// What counts as design.
    pub fn design(&self) -> Cow<'_, str> {
        match self.sort {
            Sort::Hosted => without_hosts(self.counting()),
            Sort::Environment | Sort::State => Cow::Borrowed(""),
            Sort::Design => Cow::Borrowed(self.counting()),
        }
    }

    fn hides(&self) -> bool {
        self.secret || shown::secret_name(&self.name)
    }
}

/// Sorts values by name and numbers those of the same name.
pub(super) fn tidy(values: &mut [Value]) {
    values.sort_by(|one, other| {
        (one.area, &one.name, one.counting()).cmp(&(other.area, &other.name, other.counting()))
    });
    let mut before: Option<(Area, String, usize)> = None;
    for value in values {
        let count = match &before {
            Some((area, name, count)) if *area == value.area && *name == value.name => count + 1,
            _ => 1,
        };
        before = Some((value.area, value.name.clone(), count));
        if count > 1 {
            value.name = format!("{} ({count})", value.name);
        }
    }
}

/// Feeds what counts of the values of a part; what is not told goes to the basis.
pub(super) fn print(
    part: &str,
    values: &[Value],
    basis: &mut Print,
    design: &mut Print,
    whole: &mut Print,
) {
    for value in values {
        if value.sort == Sort::State {
            continue;
        }
        if value.text.is_none() {
            basis.word("untold").word(part).word(&value.name);
            continue;
        }
        if value.area == Area::Attachments {
            basis.word("told").word(&value.name);
        }
        let own = value.counting();
        if own.is_empty() {
            continue;
        }
        whole.count(value.area as usize).word(&value.name).word(own);
        if value.sort != Sort::Environment {
            design
                .count(value.area as usize)
                .word(&value.name)
                .word(&value.design());
        }
    }
}

/// What differs between two lists, by area and class.
#[derive(Default)]
pub(super) struct Compared {
    pub changes: BTreeMap<(Area, DifferenceClass), Vec<Change>>,
    pub same: BTreeMap<Area, u32>,
    /// Names that one of the two does not tell.
    pub untold: Vec<(Area, String)>,
}

/// Compares two tidy lists. If `strict` is false, a name that one of them lacks is not told there.
pub(super) fn compare(left: &[Value], right: &[Value], strict: bool) -> Compared {
    let mut compared = Compared::default();
    let key = |value: &Value| (value.area, value.name.clone());
    let one: BTreeMap<_, _> = left.iter().map(|value| (key(value), value)).collect();
    let other: BTreeMap<_, _> = right.iter().map(|value| (key(value), value)).collect();
    let mut names: Vec<_> = one.keys().chain(other.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        pair(
            one.get(name).copied(),
            other.get(name).copied(),
            strict,
            &mut compared,
        );
    }
    compared
}

fn pair(left: Option<&Value>, right: Option<&Value>, strict: bool, to: &mut Compared) {
    let Some(some) = left.or(right) else { return };
    let untold = |value: Option<&Value>| match value {
        Some(value) => value.text.is_none(),
        None => !strict || some.area == Area::Attachments,
    };
    let text = |value: Option<&Value>| value.map_or("", Value::counting).to_owned();
    let (one, other) = (text(left), text(right));
    if untold(left) || untold(right) {
        let told = !one.is_empty() || !other.is_empty();
        let state = left.is_some_and(|value| value.sort == Sort::State)
            || right.is_some_and(|value| value.sort == Sort::State);
        if told && !state {
            to.untold.push((some.area, some.name.clone()));
        }
        return;
    }
    if one == other {
        if !one.is_empty() {
            *to.same.entry(some.area).or_default() += 1;
        }
        return;
    }
    let of = |sort: Sort| {
        left.is_some_and(|value| value.sort == sort)
            || right.is_some_and(|value| value.sort == sort)
    };
    let design =
        |value: Option<&Value>| value.map_or_else(String::new, |value| value.design().into_owned());
    let class = if of(Sort::State) {
        DifferenceClass::State
    } else if of(Sort::Environment) || design(left) == design(right) {
        DifferenceClass::Environment
    } else {
        DifferenceClass::Design
    };
    to.changes
        .entry((some.area, class))
        .or_default()
        .push(change(left, right));
}

/// The change from one value to the other.
fn change(left: Option<&Value>, right: Option<&Value>) -> Change {
    let present = |value: Option<&Value>| value.is_some_and(|value| !value.counting().is_empty());
    let kind = match (present(left), present(right)) {
        (true, false) => ChangeKind::OnlyLeft,
        (false, true) => ChangeKind::OnlyRight,
        _ => ChangeKind::Changed,
    };
    let some = left.or(right);
    let name = some.map_or("", |value| value.name.as_str()).to_owned();
    if some.is_some_and(|value| value.bare) {
        return Change {
            kind,
            name,
            detail: None,
            left: None,
            right: None,
            masked: false,
        };
    }
    let raw = |value: Option<&Value>| {
        value
            .and_then(|value| value.text.as_deref())
            .unwrap_or_default()
            .to_owned()
    };
    let hides = left.is_some_and(Value::hides) || right.is_some_and(Value::hides);
    let expression = some.is_some_and(|value| value.expression);
    let counts = |value: Option<&Value>| value.map_or("", Value::counting).to_owned();
    let sides = Sides {
        left: raw(left),
        right: raw(right),
        counts: (counts(left), counts(right)),
        expression,
    };
    sides.change(kind, name, None, hides)
}

/// Two texts that differ.
pub(super) struct Sides {
    pub left: String,
    pub right: String,
    /// What makes them differ, if the texts do not show it.
    pub counts: (String, String),
    pub expression: bool,
}

impl Sides {
    /// Shows the difference; what may be secret is shown as dots.
    pub fn change(
        self,
        kind: ChangeKind,
        name: String,
        detail: Option<String>,
        secret: bool,
    ) -> Change {
        let secret = secret || shown::secret_name(&name);
        // A secret is known by what stands around it, which the short form may leave out.
        let (left, right) = (shown::free(&self.left), shown::free(&self.right));
        let covered = left.1 || right.1;
        let (mut left, mut right) = (left.0, right.0);
        if self.expression {
            let short = (prefixes::short(&left), prefixes::short(&right));
            if short.0 != short.1 {
                (left, right) = short;
            }
        }
        if left == right {
            left = shown::free(&self.counts.0).0;
            right = shown::free(&self.counts.1).0;
        }
        let hide = |text: &str| {
            if secret && shown::is_value(text) {
                (shown::DOTS.to_owned(), true)
            } else {
                shown::shown(&name, text, false)
            }
        };
        let (one, other) = (hide(&left), hide(&right));
        let masked = covered || one.1 || other.1;
        let (left, right) = match kind {
            ChangeKind::OnlyLeft => (Some(inline::whole(&one.0, false)), None),
            ChangeKind::OnlyRight => (None, Some(inline::whole(&other.0, false))),
            _ if one.0 == other.0 => (
                Some(inline::whole(&one.0, true)),
                Some(inline::whole(&other.0, true)),
            ),
            _ => {
                let (left, right) = inline::pieces(&one.0, &other.0);
                (Some(left), Some(right))
            }
        };
        Change {
            kind,
            name,
            detail,
            left,
            right,
            masked,
        }
    }
}
