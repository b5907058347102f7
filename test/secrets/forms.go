package secrets

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// form is one way in which programs write a text down.
type form struct {
	name  string
	write func(string) string
}

// forms are all the ways that are looked for. A fragment of a secret is written in each of them.
func forms() []form {
	out := []form{
		{"as it is", func(s string) string { return s }},
		{"UTF-16LE", func(s string) string { return wide(s, binary.LittleEndian) }},
		{"UTF-16BE", func(s string) string { return wide(s, binary.BigEndian) }},
		{"JSON", jsonText},
		{"JSON with HTML as it is", jsonPlain},
		{"JSON in ASCII", asciiOf(`\u%04x`)},
		{"JSON in ASCII, upper case", asciiOf(`\u%04X`)},
		{"JSON in JSON", func(s string) string { return jsonText(jsonText(s)) }},
		{"JSON in plain JSON", func(s string) string { return jsonPlain(jsonPlain(s)) }},
		{"XML", xmlText},
		{"XML with names", replacing("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;", "\n", "&#10;", "\r", "&#13;")},
		{"HTML", html.EscapeString},
		{"HTML of a template", func(s string) string { return strings.ReplaceAll(html.EscapeString(s), "+", "&#43;") }},
		{"URL query", url.QueryEscape},
		{"URL path", url.PathEscape},
		{"URL", func(s string) string { return (&url.URL{Path: "/" + s}).EscapedPath()[1:] }},
		{"URL in lower case", func(s string) string { return lowerEscapes(url.QueryEscape(s)) }},
		{"Go string", func(s string) string { return inside(strconv.Quote(s)) }},
		{"Go string in ASCII", func(s string) string { return inside(strconv.QuoteToASCII(s)) }},
		{"bytes in decimal", func(s string) string { return inside(fmt.Sprintf("%d", []byte(s))) }},
		{"hex", func(s string) string { return hex.EncodeToString([]byte(s)) }},
		{"hex in upper case", func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) }},
		{"hex of UTF-16LE", func(s string) string { return hex.EncodeToString([]byte(wide(s, binary.LittleEndian))) }},
		{"single quotes doubled", replacing("'", "''", "\u2018", "\u2018\u2018", "\u2019", "\u2019\u2019")},
		{"double quotes doubled", replacing(`"`, `""`)},
		{"quotes with a backslash", replacing(`"`, `\"`, `'`, `\'`, `\`, `\\`, `$`, `\$`, "`", "\\`")},
		{"batch file", replacing("%", "%%")},
		{"cmd.exe with carets", caretted},
		{"PowerShell with backticks", replacing("`", "``", `"`, "`\"", "$", "`$")},
		{"record of a script", recordText},
		{"TDS password", func(s string) string { return obscured(wide(s, binary.LittleEndian)) }},
		{"code page 437", inCodePage(charmap.CodePage437)},
		{"code page 850", inCodePage(charmap.CodePage850)},
		{"code page 1252", inCodePage(charmap.Windows1252)},
	}
	for _, inner := range out[:4] { // base64 hides where a text begins, so each of them may lie in three ways
		for skipped := range 3 {
			for _, alphabet := range []struct {
				name     string
				encoding *base64.Encoding
			}{{"base64", base64.RawStdEncoding}, {"base64 for URLs", base64.RawURLEncoding}} {
				out = append(out, form{
					fmt.Sprintf("%s of %s, %d bytes in", alphabet.name, inner.name, skipped),
					func(s string) string { return middle(alphabet.encoding, inner.write(s), skipped) },
				})
			}
		}
	}
	return out
}

func wide(s string, order binary.AppendByteOrder) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

// inside drops the quotes or brackets around a text.
func inside(s string) string { return s[1 : len(s)-1] }

func jsonText(s string) string {
	b, _ := json.Marshal(s) // a string is always encoded
	return inside(string(b))
}

func jsonPlain(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string is always encoded
	return inside(strings.TrimSuffix(b.String(), "\n"))
}

// asciiOf writes JSON whose characters outside ASCII, and those that HTML knows, are escaped.
func asciiOf(format string) func(string) string {
	return func(s string) string {
		var b strings.Builder
		for _, u := range utf16.Encode([]rune(jsonPlain(s))) {
			if u > '~' || strings.ContainsRune(`<>&'`, rune(u)) {
				fmt.Fprintf(&b, format, u)
			} else {
				b.WriteByte(byte(u))
			}
		}
		return b.String()
	}
}

func xmlText(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}

func replacing(pairs ...string) func(string) string { return strings.NewReplacer(pairs...).Replace }

func lowerEscapes(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i:], bytes.ToLower(b[i:i+3]))
		}
	}
	return string(b)
}

func caretted(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune(`&|<>^"()!%`, r) {
			b.WriteByte('^')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// recordText is how the answers of scripts write a value: %XXXX for everything but printable ASCII, and for %.
func recordText(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		if u < ' ' || u > '~' || u == '%' {
			fmt.Fprintf(&b, "%%%04X", u)
		} else {
			b.WriteByte(byte(u))
		}
	}
	return b.String()
}

// obscured is what the login message of TDS does to a password: nibbles swapped, then XOR A5 (MS-TDS 2.2.6.4).
func obscured(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = (c<<4 | c>>4) ^ 0xa5
	}
	return string(b)
}

// inCodePage writes what the code page has, and question marks, as Windows does.
func inCodePage(page *charmap.Charmap) func(string) string {
	return func(s string) string {
		var b []byte
		for _, r := range s {
			c, known := page.EncodeRune(r)
			if !known {
				c = '?'
			}
			b = append(b, c)
		}
		return string(b)
	}
}

// middle is the base64 of a text behind some other bytes, without the characters that hold bits of its neighbours.
func middle(e *base64.Encoding, s string, skipped int) string {
	all := e.EncodeToString(append(make([]byte, skipped), s...))
	return all[(8*skipped+5)/6 : (8*(skipped+len(s)))/6]
}
