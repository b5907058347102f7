package notify

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"farmhand/config"
	"farmhand/internal/farm"
)

// LoadTemplates reads the templates of a directory over the built-in ones; an empty name is the built-in ones alone. Every
// template is filled in with samples of its event, so that a field that does not exist is found before a night depends on
// it. The error is *config.Mistakes, or the one of reading the directory.
func LoadTemplates(dir string) (*Templates, error) {
	t, err := builtinTemplates()
	if err != nil || dir == "" {
		return t, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var found []config.Mistake
	for _, e := range entries {
		name, isTemplate := strings.CutSuffix(e.Name(), templateSuffix)
		if !isTemplate || e.IsDir() {
			continue
		}
		file := filepath.Join(dir, e.Name())
		if !slices.Contains(farm.Events(), farm.Event(name)) {
			found = append(found, config.Mistake{File: file, Message: "there is no event " + strconv.Quote(name) + "; want one of " + eventNames()})
			continue
		}
		own, mistake := t.loadOwn(file, farm.Event(name))
		if mistake != nil {
			found = append(found, *mistake)
			continue
		}
		t.own[farm.Event(name)] = own
	}
	if len(found) > 0 {
		return nil, &config.Mistakes{List: found}
	}
	return t, nil
}

// loadOwn reads one template and tries it.
func (t *Templates) loadOwn(file string, event farm.Event) (*template.Template, *config.Mistake) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, &config.Mistake{File: file, Message: "it cannot be read; check its permissions"}
	}
	if len(data) > maxText {
		return nil, &config.Mistake{File: file, Message: "it is larger than 64 kB"}
	}
	own, err := parseTemplate(t.other, filepath.Base(file), strings.ReplaceAll(string(data), "\r\n", "\n"))
	if err != nil {
		return nil, mistakeIn(file, err)
	}
	for _, sample := range []farm.Notification{Sample(event), bareSample(event)} {
		if _, err := execute(own, sample); err != nil {
			return nil, mistakeIn(file, err)
		}
	}
	return own, nil
}

// place is how text/template begins its errors: the file, the line and sometimes the column.
var place = regexp.MustCompile(`^template: [^:]*:([0-9]+)(?::([0-9]+))?: (?:executing "[^"]*" )?`)

// mistakeIn says where in a file a template is wrong.
func mistakeIn(file string, err error) *config.Mistake {
	m := &config.Mistake{File: file, Line: 1, Column: 1, Message: farm.Visible(err.Error())}
	if errors.Is(err, errTooLong) {
		m.Message = errTooLong.Error()
	}
	if at := place.FindStringSubmatch(err.Error()); at != nil {
		m.Line, _ = strconv.Atoi(at[1])
		m.Column, _ = strconv.Atoi(at[2])
		m.Message = farm.Visible(strings.TrimPrefix(err.Error(), at[0]))
	}
	return m
}

func eventNames() string {
	names := make([]string, 0, len(farm.Events()))
	for _, e := range farm.Events() {
		names = append(names, string(e))
	}
	return strings.Join(names, ", ")
}
