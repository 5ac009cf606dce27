//! Markdown as articles may use it: headings, paragraphs, lists, quotes, emphasis, links. Nothing else has a word here.
//!
//! What is read is a list of pieces from closed sets, and never markup: HTML in a text is words like any other, a picture is
//! its description, an address that is neither https, mailto nor a page of ours is no link. So whoever writes it as a page
//! can put out nothing but these pieces. Not here: HTML (`web`).

use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

/// A text that was read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Prose(Vec<Piece>);

/// A piece of a text. What begins also ends, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// Something begins.
    Begin(Mark),
    /// It ends.
    End(Mark),
    /// A link begins.
    Link(Target),
    /// The link ends.
    LinkEnd,
    /// Words.
    Words(String),
    /// A line ends within a paragraph.
    Break,
    /// A line between two parts.
    Rule,
}

/// What a part of a text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// A paragraph.
    Paragraph,
    /// A heading below the title.
    Section,
    /// A heading below that.
    Subsection,
    /// A list without order.
    Bullets,
    /// A list in order.
    Numbers,
    /// An entry of a list.
    Item,
    /// A quotation.
    Quote,
    /// Words that stand out.
    Strong,
    /// Words that are stressed.
    Stress,
}

/// Where a link leads; nothing else can.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// A page of another site, with `https:`.
    Elsewhere(String),
    /// Somebody's mail, with `mailto:`.
    Mail(String),
    /// A page of ours, with its first stroke.
    Here(String),
}

impl Target {
    /// The target that is written so; nothing for any other scheme, and for what browsers read in more than one way.
    #[must_use]
    pub fn of(address: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"\\\"'<>`".contains(&byte);
        if !address.bytes().all(plain) {
            return None;
        }
        let after = |scheme: &str| {
            let head = address.get(..scheme.len())?;
            let rest = address.get(scheme.len()..)?;
            head.eq_ignore_ascii_case(scheme).then_some(rest)
        };
        if let Some(rest) = after("https://") {
            let host = rest.split(['/', '?', '#']).next().unwrap_or("");
            // A name before the host would make one site look like another.
            let good = host.contains('.') && !host.contains('@');
            return good.then(|| Self::Elsewhere(format!("https://{rest}")));
        }
        if let Some(rest) = after("mailto:") {
            return rest
                .contains('@')
                .then(|| Self::Mail(format!("mailto:{rest}")));
        }
        let here = address.starts_with('/') && !address.starts_with("//");
        here.then(|| Self::Here(address.to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn address(&self) -> &str {
        match self {
            Self::Elsewhere(address) | Self::Mail(address) | Self::Here(address) => address,
        }
    }
}

impl Prose {
    /// Reads Markdown (`CommonMark`, without extensions). Any text is one.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut reader = Reader::default();
        for event in Parser::new_ext(text, Options::empty()) {
            reader.take(event);
        }
        Self(reader.pieces)
    }

    /// Its pieces in order.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Its words alone, one space between them.
    #[must_use]
    pub fn plain(&self) -> String {
        let mut plain = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Words(words) => plain.push_str(words),
                Piece::Begin(Mark::Strong | Mark::Stress)
                | Piece::End(Mark::Strong | Mark::Stress)
                | Piece::Link(_)
                | Piece::LinkEnd => {}
                Piece::Begin(_) | Piece::End(_) | Piece::Break | Piece::Rule => plain.push(' '),
            }
        }
        plain.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// How many minutes it takes to read, one at least: some 200 words each.
    #[must_use]
    pub fn minutes(&self) -> usize {
        self.plain().split(' ').count().div_ceil(200)
    }
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    pieces: Vec<Piece>,
    /// Links that are open, and whether each is shown: a link within a link is none.
    links: Vec<bool>,
    /// Whether the open list has an order, the innermost last.
    lists: Vec<Mark>,
    /// The heading that is open.
    heading: Option<Mark>,
    has_section: bool,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.begin(tag),
            Event::End(end) => self.end(end),
            // HTML is words: whoever types it reads it.
            Event::Text(words)
            | Event::Code(words)
            | Event::InlineMath(words)
            | Event::DisplayMath(words)
            | Event::Html(words)
            | Event::InlineHtml(words)
            | Event::FootnoteReference(words) => {
                self.pieces.push(Piece::Words(words.into_string()));
            }
            Event::SoftBreak => self.pieces.push(Piece::Words("\n".to_owned())),
            Event::HardBreak => self.pieces.push(Piece::Break),
            Event::Rule => self.pieces.push(Piece::Rule),
            Event::TaskListMarker(_) => {}
        }
    }

    fn begin(&mut self, tag: Tag<'_>) {
        let mark = match tag {
            Tag::Paragraph | Tag::CodeBlock(_) | Tag::HtmlBlock => Mark::Paragraph,
            Tag::Heading { level, .. } => self.heading(level),
            Tag::BlockQuote(_) => Mark::Quote,
            Tag::List(first) => {
                let mark = first.map_or(Mark::Bullets, |_| Mark::Numbers);
                self.lists.push(mark);
                mark
            }
            Tag::Item => Mark::Item,
            Tag::Emphasis => Mark::Stress,
            Tag::Strong => Mark::Strong,
            Tag::Link {
                link_type,
                dest_url,
                ..
            } => return self.link(link_type, &dest_url),
            // A picture is what is said of it. The rest is of extensions that are off.
            Tag::Image { .. }
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Table(_)
            | Tag::TableHead
            | Tag::TableRow
            | Tag::TableCell
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => return,
        };
        self.pieces.push(Piece::Begin(mark));
    }

    /// The page has its own first heading, and none below it is skipped, however many signs somebody typed.
    fn heading(&mut self, level: HeadingLevel) -> Mark {
        let mark = match level {
            HeadingLevel::H1 | HeadingLevel::H2 => Mark::Section,
            HeadingLevel::H3 | HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => {
                if self.has_section {
                    Mark::Subsection
                } else {
                    Mark::Section
                }
            }
        };
        self.has_section = true;
        self.heading = Some(mark);
        mark
    }

    fn link(&mut self, kind: LinkType, address: &str) {
        let target = if kind == LinkType::Email {
            Target::of(&format!("mailto:{address}"))
        } else {
            Target::of(address)
        };
        let target = target.filter(|_| !self.links.contains(&true));
        self.links.push(target.is_some());
        self.pieces.extend(target.map(Piece::Link));
    }

    fn end(&mut self, end: TagEnd) {
        let mark = match end {
            TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::HtmlBlock => Some(Mark::Paragraph),
            TagEnd::Heading(_) => self.heading.take(),
            TagEnd::BlockQuote(_) => Some(Mark::Quote),
            TagEnd::List(_) => self.lists.pop(),
            TagEnd::Item => Some(Mark::Item),
            TagEnd::Emphasis => Some(Mark::Stress),
            TagEnd::Strong => Some(Mark::Strong),
            TagEnd::Link => {
                if self.links.pop() == Some(true) {
                    self.pieces.push(Piece::LinkEnd);
                }
                None
            }
            TagEnd::Image
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_) => None,
        };
        self.pieces.extend(mark.map(Piece::End));
    }
}
