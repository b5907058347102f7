package notify

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
)

var update = flag.Bool("update", false, "write the texts of testdata anew")

// TestTexts: what each event says with the built-in templates, as people get it.
func TestTexts(t *testing.T) {
	templates, err := LoadTemplates("")
	require.NoError(t, err)
	for _, event := range farm.Events() {
		t.Run(string(event), func(t *testing.T) {
			text, err := templates.Text(Sample(event))
			require.NoError(t, err)
			got := text.Subject + "\n\n" + text.Body
			file := filepath.Join("testdata", string(event)+".txt")
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, string(want), got)
			_, err = templates.Text(bareSample(event))
			require.NoError(t, err)
		})
	}
	text, err := templates.Text(farm.Notification{Event: "of-a-later-build", Rollout: "r", Farm: "f", Title: "something happened"})
	require.NoError(t, err)
	require.Equal(t, "f: of-a-later-build", text.Subject)
	require.Contains(t, text.Body, "something happened")
}

// folder writes templates of one's own.
func folder(t testing.TB, files map[string]string) string {
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

// TestOwnTemplates take the place of the built-in ones, each of its event alone, and may use their parts.
func TestOwnTemplates(t *testing.T) {
	dir := folder(t, map[string]string{
		"gate-opened.txt": "{{.Farm}} asks {{join .Eligible}}\r\n@on-call, look:\r\n{{template \"facts\" .}}until {{time .At}}",
		"README.md":       "{{ not a template",
	})
	require.NoError(t, os.Mkdir(filepath.Join(dir, "old.txt"), 0o700))
	templates, err := LoadTemplates(dir)
	require.NoError(t, err)
	text, err := templates.Text(Sample(farm.EventGateOpened))
	require.NoError(t, err)
	require.Equal(t, Text{
		Subject: "contoso-pwa asks bob, carol",
		Body:    "@on-call, look:\n- APP01: 12.0.6318.5000, all witnesses agree\n- users: off for 1h12m\nuntil 2026-11-28 22:10 UTC\n",
	}, text)
	text, err = templates.Text(Sample(farm.EventGateReminder))
	require.NoError(t, err)
	require.Equal(t, "contoso-pwa: gate continue still waits for you", text.Subject)
}

// TestMistakesInTemplates: all of them at once, with file and line.
func TestMistakesInTemplates(t *testing.T) {
	dir := folder(t, map[string]string{
		"gate-opened.txt":         "subject\n\n{{.Titel}}",
		"gate-reminder.txt":       "subject\n{{if}}",
		"gate-expired.txt":        "\nno subject",
		"farm-ended.txt":          "no text",
		"farm-started.txt":        "subject\n{{nothing .}}",
		"gate-openend.txt":        "subject\ntext",
		"window-closed.txt":       "subject\n{{template \"elsewhere\" .}}",
		"window-missed.txt":       "subject\n{{range 100000}}endless{{end}}",
		"intervention-opened.txt": "{{.Farm}}\n{{with .Digest}}{{(index $.Facts 7).Text}}{{end}}",
	})
	_, err := LoadTemplates(dir)
	var mistakes *config.Mistakes
	require.ErrorAs(t, err, &mistakes)
	for _, want := range []string{
		"gate-opened.txt:3: at <.Titel>: can't evaluate field Titel",
		"gate-reminder.txt:2: missing value for if",
		"gate-expired.txt:1: its first line is empty",
		"farm-ended.txt:1: it has a subject and no text",
		`farm-started.txt:2: function "nothing" not defined`,
		`gate-openend.txt: there is no event "gate-openend"; want one of rollout-started`,
		`window-closed.txt:2: at <{{template "elsewhere" .}}>: template "elsewhere" not defined`,
		"window-missed.txt:1: it makes more than 64 kB of text",
		"intervention-opened.txt:2: ",
	} {
		require.Contains(t, err.Error(), want)
	}
	require.Len(t, mistakes.List, 9)

	_, err = LoadTemplates(filepath.Join(dir, "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestAnOwnTemplateThatFailsAfterAll: people are told in the built-in words.
func TestAnOwnTemplateThatFailsAfterAll(t *testing.T) {
	templates, err := LoadTemplates(folder(t, map[string]string{
		"farm-ended.txt": "{{.Farm}}\n{{if eq .Outcome \"failed\"}}{{.Nothing}}{{else}}fine{{end}}",
	}))
	require.NoError(t, err)
	n := Sample(farm.EventFarmEnded)
	text, err := templates.Text(n)
	require.NoError(t, err)
	require.Equal(t, "fine\n", text.Body)
	n.Outcome = farm.OutcomeFailed
	text, err = templates.Text(n)
	require.NoError(t, err)
	require.Equal(t, "contoso-pwa: the update has ended: failed", text.Subject)
	require.Contains(t, text.Body, "(farm-ended.txt failed, so this is the built-in text)")
}

// TestSubjectsAreOneShortLine whatever farms and servers are called.
func TestSubjectsAreOneShortLine(t *testing.T) {
	templates, err := LoadTemplates("")
	require.NoError(t, err)
	n := Sample(farm.EventInterventionOpened)
	n.Title = strings.Repeat("ü ", 300) + "\nBcc: x"
	text, err := templates.Text(n)
	require.NoError(t, err)
	require.Equal(t, maxSubject, utf8.RuneCountInString(text.Subject))
	require.NotContains(t, text.Subject, "\n")
}

// FuzzTemplate loads any text as a template: mistakes with a place, or a text with a one-line subject for every sample.
func FuzzTemplate(f *testing.F) {
	f.Add("subject\n{{.Title}}")
	f.Add("{{template \"rest\" .}}")
	f.Add("a\n{{define \"a\"}}{{template \"a\" .}}{{end}}{{template \"a\"}}")
	f.Add("{{printf \"%s\" .At}}\n{{.Facts}}{{/* */}}\xff")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "range") {
			return // its author may count as far as he likes
		}
		templates, err := LoadTemplates(folder(t, map[string]string{"gate-opened.txt": text}))
		if err != nil {
			var mistakes *config.Mistakes
			require.ErrorAs(t, err, &mistakes)
			require.Positive(t, mistakes.List[0].Line)
			require.NotContains(t, mistakes.List[0].Error(), "\n")
			return
		}
		made, err := templates.Text(Sample(farm.EventGateOpened))
		require.NoError(t, err)
		require.NotEmpty(t, made.Subject)
		require.Equal(t, farm.Visible(made.Subject), made.Subject)
	})
}

// FuzzNeutral puts any text into every place that farms and people fill: it stays in its line, and calls nobody.
func FuzzNeutral(f *testing.F) {
	f.Add("a\r\nBcc: b")
	f.Add("<!channel> @here [a](b)")
	f.Add("\u202e\x1b[31m\ufffd]\u200b(")
	templates, err := LoadTemplates("")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, foreign string) {
		n := farm.Notification{Event: farm.EventGateOpened, Rollout: "r", Farm: "f", Title: foreign, Subject: "s", Facts: []farm.Fact{{Label: "l", Text: foreign}}, Eligible: []string{"e"}}
		clean := n
		text := "x"
		if strings.TrimSpace(farm.Visible(foreign)) == "" {
			text = farm.Visible(foreign) // what is empty may have no line at all
		}
		clean.Title, clean.Facts = text, []farm.Fact{{Label: "l", Text: text}}
		want, err := templates.Text(forChat(clean))
		require.NoError(t, err)
		got, err := templates.Text(forChat(n))
		require.NoError(t, err)
		require.Equal(t, strings.Count(want.Body, "\n"), strings.Count(got.Body, "\n"), "a text stays in its line")
		for _, mention := range []string{"@", "<", ">", "]("} {
			require.NotContains(t, got.Body, mention)
		}
	})
}
