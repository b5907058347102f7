package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write docs/commands/starter.md anew")

// TestManual: docs/commands/starter.md says what the commands say of themselves: every command, every flag.
func TestManual(t *testing.T) {
	root := newRoot(newApp(nil, io.Discard, io.Discard))
	var page bytes.Buffer
	fmt.Fprint(&page, "# starter\n\nDrawn from the program by `make manual`; the program prints the same with `--help`.\n")
	fmt.Fprintf(&page, "[configuration.md](../configuration.md#commands-and-exit-codes) is the short list.\n\n%s\n", prose(root.Long))
	fmt.Fprintf(&page, "\n| command | does |\n|---|---|\n")
	commands := leaves(root)
	require.Greater(t, len(commands), 35)
	for _, c := range commands {
		fmt.Fprintf(&page, "| [`%s`](#%s) | %s |\n", c.CommandPath(), strings.ReplaceAll(c.CommandPath(), " ", "-"), cell(c.Short))
	}
	fmt.Fprintf(&page, "\n## Flags of every command\n\n%s", flagTable(root.PersistentFlags()))
	for _, c := range commands {
		fmt.Fprintf(&page, "\n## %s\n\n```\n%s\n```\n\n%s\n", c.CommandPath(), c.UseLine(), prose(lengthier(c)))
		if own := flagTable(c.NonInheritedFlags()); own != "" {
			fmt.Fprintf(&page, "\n%s", own)
		}
	}
	path := filepath.Join("..", "docs", "commands", "starter.md")
	if *update {
		require.NoError(t, os.WriteFile(path, page.Bytes(), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), page.String(), "docs/commands/starter.md is not what the commands say: make manual")
}

// leaves are the commands that do something, in the order of --help, and groups of them that have something to say.
func leaves(c *cobra.Command) []*cobra.Command {
	var out []*cobra.Command
	for _, sub := range c.Commands() {
		switch {
		case sub.Hidden || sub.Name() == "help":
		case sub.HasSubCommands():
			if sub.Long != "" {
				out = append(out, sub)
			}
			out = append(out, leaves(sub)...)
		default:
			out = append(out, sub)
		}
	}
	return out
}

// lengthier is what there is to say of a command.
func lengthier(c *cobra.Command) string {
	if c.Long != "" {
		return c.Long
	}
	return c.Short + "."
}

// prose is help text as Markdown: what is indented keeps its lines.
func prose(text string) string {
	var out []string
	fenced := false
	fence := func(wanted bool) {
		if fenced == wanted {
			return
		}
		end := len(out) - 1
		if fenced = wanted; wanted {
			out = append(out, "```")
		} else if end >= 0 && out[end] == "" { // the fence closes before the empty line
			out = append(out[:end], "```", "")
		} else {
			out = append(out, "```")
		}
	}
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		if line != "" {
			fence(strings.HasPrefix(line, "  "))
		}
		if !fenced {
			line = strings.NewReplacer("*", `\*`, "<", `\<`, "|", `\|`).Replace(line)
		}
		out = append(out, line)
	}
	fence(false)
	return strings.Join(out, "\n")
}

// flagTable is empty where there is no flag but --help.
func flagTable(flags *pflag.FlagSet) string {
	var rows strings.Builder
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" || f.Name == "version" {
			return
		}
		value, usage := pflag.UnquoteUsage(f)
		name := strings.TrimSpace("--" + f.Name + " " + strings.ToUpper(value))
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		standard := ""
		switch f.DefValue {
		case "", "false", "0", "0s", "[]":
		default:
			standard = "`" + f.DefValue + "`"
		}
		fmt.Fprintf(&rows, "| `%s` | %s | %s |\n", name, standard, cell(usage))
	})
	if rows.Len() == 0 {
		return ""
	}
	return "| flag | default | meaning |\n|---|---|---|\n" + rows.String()
}

// cell is text that does not end its cell.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "*", `\*`, "<", `\<`).Replace(text)
}
