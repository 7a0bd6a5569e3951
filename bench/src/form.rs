//! Just enough of HTML forms to go through the sign-in pages.

use std::fmt::Write;

use crate::Result;

/// A form of a page, ready to be filled in.
pub(crate) struct Form {
    pub(crate) action: String,
    /// Its hidden fields, URL-encoded.
    hidden: String,
}

impl Form {
    /// The form of this page that has the field.
    pub(crate) fn find(page: &str, field: &str) -> Result<Self> {
        let mark = format!("name=\"{field}\"");
        let form = page
            .split("<form")
            .skip(1)
            .filter_map(|rest| rest.split("</form>").next())
            .find(|form| form.contains(&mark))
            .ok_or_else(|| format!("no form with {field} on this page:\n{page}"))?;
        let (opening, inside) = form.split_once('>').ok_or("an unfinished form")?;
        let mut hidden = String::new();
        for input in inside
            .split("<input")
            .skip(1)
            .filter_map(|rest| rest.split('>').next())
        {
            if attribute(input, "type") == Some("hidden") {
                let name = attribute(input, "name").ok_or("a hidden field without a name")?;
                append(
                    &mut hidden,
                    name,
                    &unescaped(attribute(input, "value").unwrap_or_default()),
                );
            }
        }
        Ok(Self {
            action: unescaped(attribute(opening, "action").unwrap_or_default()),
            hidden,
        })
    }

    /// Its hidden fields, URL-encoded.
    pub(crate) fn hidden(&self) -> String {
        self.hidden.clone()
    }

    /// The body to send, with this field filled in.
    pub(crate) fn filled(mut self, field: &str, value: &str) -> String {
        append(&mut self.hidden, field, value);
        self.hidden
    }
}

/// Appends `name=value` to a URL-encoded form.
pub(crate) fn append(form: &mut String, name: &str, value: &str) {
    if !form.is_empty() {
        form.push('&');
    }
    let _ = write!(form, "{name}=");
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            form.push(char::from(byte));
        } else {
            let _ = write!(form, "%{byte:02X}");
        }
    }
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    tag.get(start..)?.split('"').next()
}

fn unescaped(text: &str) -> String {
    text.replace("&#38;", "&")
        .replace("&amp;", "&")
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
}
