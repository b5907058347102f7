package docs

import (
	"encoding/xml"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "draw docs/images anew from the screens of internal/view/testdata")

// screens are the pictures and the golden screens of internal/view that they show.
var screens = map[string]string{
	"install.svg":      "install.txt",
	"gate.svg":         "gate.txt",
	"intervention.svg": "intervention.txt",
	"completed.svg":    "completed.txt",
}

// TestImagesShowWhatIsPrinted: a picture of a screen is drawn from the text that the program prints.
func TestImagesShowWhatIsPrinted(t *testing.T) {
	for image, screen := range screens {
		want := drawing(t, read(t, filepath.Join(root, "internal", "view", "testdata", screen)))
		path := filepath.Join("images", image)
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(want), 0o600))
		}
		require.Equal(t, want, read(t, path), "%s does not show %s any more: go test ./docs -update", path, screen)
	}
}

// The measures of the picture, in pixels, and its colours, which are those of the terminal's icons.
const (
	columns    = 100
	charWidth  = 7.8
	lineHeight = 18
	margin     = 16
	barHeight  = 28
)

var (
	colours = map[string]string{"ok": "#7ee787", "run": "#79c0ff", ">>": "#ffd866", "||": "#ffd866", "!": "#e3b341", "!!": "#ff7b72", "--": "#8b949e", "..": "#8b949e"}
	icon    = regexp.MustCompile(`^( |     \|- )(ok|run|>>|\|\||!!|!|--|\.\.)( .*)$`)
	state   = regexp.MustCompile(`^(\S+)(  )((?:RUNNING|WAITING|INTERVENTION|COMPLETED)\S*(?: \S+)*?)(   .*)$`)
	states  = map[string]string{"RUNNING": "run", "WAITING": ">>", "INTERVENTION": "!!", "COMPLETED": "ok"}
)

// drawing is a screen as SVG: one text element a line, so that it can be searched.
func drawing(t *testing.T, screen string) string {
	t.Helper()
	lines := strings.Split(strings.TrimRight(screen, "\n"), "\n")
	width := int(columns*charWidth) + 2*margin
	height := len(lines)*lineHeight + 2*margin + barHeight
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="A screen of starter in a terminal">`+"\n", width, height, width, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" rx="8" fill="#0d1117"/>`+"\n", width, height)
	for i, c := range []string{"#ff5f56", "#ffbd2e", "#27c93f"} {
		fmt.Fprintf(&b, `<circle cx="%d" cy="18" r="5" fill="%s"/>`+"\n", margin+8+i*18, c)
	}
	b.WriteString(`<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13" fill="#c9d1d9">` + "\n")
	for i, line := range lines {
		if line == "" {
			continue
		}
		require.LessOrEqual(t, utf8.RuneCountInString(line), columns, line)
		// textLength keeps columns in line whatever the reader's font is.
		fmt.Fprintf(&b, `<text x="%d" y="%d" textLength="%.1f" lengthAdjust="spacingAndGlyphs">%s</text>`+"\n",
			margin, barHeight+margin+(i+1)*lineHeight-5, float64(utf8.RuneCountInString(line))*charWidth, coloured(line))
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}

// coloured puts the colour of a line's icon on it, as the terminal does.
func coloured(line string) string {
	if m := state.FindStringSubmatch(line); m != nil {
		word := strings.Trim(strings.Fields(m[3])[0], ":")
		return bold(m[1], "#f0f6fc") + escape(m[2]) + bold(m[3], colours[states[word]]) + escape(m[4])
	}
	if m := icon.FindStringSubmatch(line); m != nil {
		return escape(m[1]) + bold(m[2], colours[m[2]]) + escape(m[3])
	}
	if strings.HasPrefix(line, "     starter ") {
		return bold(line, "#f0f6fc")
	}
	return escape(line)
}

func bold(text, colour string) string {
	return fmt.Sprintf(`<tspan font-weight="bold" fill="%s">%s</tspan>`, colour, escape(text))
}

func escape(text string) string {
	var b strings.Builder
	// Blanks that do not break: an SVG viewer may fold the others into one.
	_ = xml.EscapeText(&b, []byte(strings.ReplaceAll(text, " ", "\u00a0"))) // a Builder takes everything
	return b.String()
}
