package notify

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/template"
	"time"
	"unicode/utf8"

	"farmhand/internal/farm"
)

// Text is what a mail or a chat shows: one line, and the rest.
type Text struct{ Subject, Body string }

// Limits of a text that a template makes.
const (
	maxText    = 64 << 10 // bytes
	maxSubject = 160      // characters: mail programs show fewer
)

// templateSuffix follows the event in the name of a template's file.
const templateSuffix = ".txt"

// partsFile holds what the built-in templates share. Templates of one's own may use the same parts.
const partsFile = "parts" + templateSuffix

// eventPart is the part that words any event, for one that this build does not know.
const eventPart = "event"

//go:embed templates
var builtin embed.FS

// functions are what templates may call besides those of text/template.
var functions = template.FuncMap{
	"join": func(words []string) string { return strings.Join(words, ", ") },
	"time": func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") },
}

// Templates word events: built-in ones, and those of one's own in their place.
type Templates struct {
	builtin, own map[farm.Event]*template.Template
	other        *template.Template
}

// Text words a notification. Where a template of one's own fails after all, the built-in one is used and says so.
func (t *Templates) Text(n farm.Notification) (Text, error) {
	n = plain(n)
	note := ""
	if own := t.own[n.Event]; own != nil {
		text, err := execute(own, n)
		if err == nil {
			return text, nil
		}
		note = "\n(" + string(n.Event) + templateSuffix + " failed, so this is the built-in text)\n"
	}
	text, err := execute(cmp.Or(t.builtin[n.Event], t.other), n)
	text.Body += note
	return text, err
}

// builtinTemplates parses the templates of this build.
func builtinTemplates() (*Templates, error) {
	parts, err := template.New(partsFile).Funcs(functions).Option("missingkey=error").ParseFS(builtin, "templates/"+partsFile)
	if err != nil {
		return nil, err
	}
	t := &Templates{builtin: map[farm.Event]*template.Template{}, own: map[farm.Event]*template.Template{}}
	for _, event := range farm.Events() {
		text, err := builtin.ReadFile("templates/" + string(event) + templateSuffix)
		if err != nil {
			return nil, err
		}
		if t.builtin[event], err = parseTemplate(parts, string(event)+templateSuffix, string(text)); err != nil {
			return nil, err
		}
	}
	t.other = parts.Lookup(eventPart)
	return t, nil
}

// parseTemplate parses one file beside the parts.
func parseTemplate(parts *template.Template, file, text string) (*template.Template, error) {
	own, err := parts.Clone()
	if err != nil {
		return nil, err
	}
	return own.New(file).Parse(text)
}

// Mistakes in what a template makes.
var (
	errNoSubject = errors.New("its first line is empty; want the subject there")
	errNoBody    = errors.New("it has a subject and no text; want the text from the second line on")
	errTooLong   = fmt.Errorf("it makes more than %d kB of text", maxText>>10)
)

// execute fills a template in and takes its first line for the subject.
func execute(t *template.Template, n farm.Notification) (Text, error) {
	out := &bounded{}
	if err := t.Execute(out, n); err != nil {
		return Text{}, err
	}
	subject, body, _ := strings.Cut(out.String(), "\n")
	text := Text{Subject: strings.Join(strings.Fields(farm.Visible(subject)), " "), Body: strings.Trim(body, "\n") + "\n"}
	switch {
	case text.Subject == "":
		return Text{}, errNoSubject
	case text.Body == "\n":
		return Text{}, errNoBody
	}
	if utf8.RuneCountInString(text.Subject) > maxSubject {
		text.Subject = string([]rune(text.Subject)[:maxSubject-1]) + "…"
	}
	return text, nil
}

// bounded collects a text until it is too long.
type bounded struct{ strings.Builder }

var _ io.Writer = (*bounded)(nil)

// Write implements io.Writer.
func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxText {
		return 0, errTooLong
	}
	return b.Builder.Write(p)
}
