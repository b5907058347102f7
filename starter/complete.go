package main

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/internal/telemetry"
)

// completionPatience is how long somebody who pressed the tab key waits for Temporal and for a worker.
const completionPatience = time.Second

// completer offers what may stand at one place of a command line; before are the arguments that stand already.
type completer func(ctx context.Context, a *app, cmd *cobra.Command, before []string) []cobra.Completion

// argumentCompleters are by the words that usage lines have for arguments, so that a command is completed by what it says
// it takes.
var argumentCompleters = map[string]completer{
	"FARM":         completeFarms,
	"ROLLOUT":      completeRollouts,
	"FARM|ROLLOUT": completeTargets,
	"ROLLOUT|FARM": completeTargets,
	"GATE":         completeQuestions(farm.QuestionGate),
	"INTERVENTION": completeQuestions(farm.QuestionIntervention),
	"QUESTION":     completeQuestions(""),
	"CHOICE":       completeChoices,
	"NAME":         func(context.Context, *app, *cobra.Command, []string) []cobra.Completion { return config.ReleaseNames() },
}

// flagCompleters are by the names of flags.
var flagCompleters = map[string]completer{
	"output-format": words(outputText, outputJSON),
	"format":        words(formatMarkdown, formatHTML, formatJSON),
	"approve":       words(approveAll, approveNone, approveAsk),
	"scheme":        words("http", "https"),
	"architecture":  words(string(farm.X64), string(farm.X86)),
	"release":       func(context.Context, *app, *cobra.Command, []string) []cobra.Completion { return config.ReleaseNames() },
	"farm":          completeFarmsOfFile,
	"host":          completeServersOfFile,
	"wave":          completeWaves,
	"before":        completeFarms,
	"on":            completeQuestions(""),
}

// fileArguments, yamlFlags and directoryFlags are left to the shell, which knows files better.
var (
	fileArguments  = []string{"FILE", "DIR", "INVENTORY.csv"}
	yamlFlags      = []string{"file", "twin", "config"}
	directoryFlags = []string{"state", "bundle", "ca"}
)

func words(w ...string) completer {
	return func(context.Context, *app, *cobra.Command, []string) []cobra.Completion { return w }
}

// capitals is an argument in a usage line, such as FARM or ROLLOUT|FARM.
var capitals = regexp.MustCompile(`^[A-Z][A-Z|]*(\.csv)?$`)

// argumentsOf are the arguments that a usage line names, in their order: words in capitals that are no value of a flag.
func argumentsOf(use string) []string {
	var out []string
	flag := false
	for w := range strings.FieldsSeq(use) {
		if capitals.MatchString(w) && !flag {
			out = append(out, w)
		}
		flag = strings.HasPrefix(w, "-")
	}
	return out
}

// addCompletion teaches every command below root to complete its arguments and flags.
func addCompletion(a *app, cmd *cobra.Command) {
	for _, c := range cmd.Commands() {
		addCompletion(a, c)
	}
	if arguments := argumentsOf(cmd.Use); cmd.ValidArgs == nil && cmd.HasParent() && !cmd.HasSubCommands() {
		cmd.ValidArgsFunction = func(cmd *cobra.Command, before []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(before) >= len(arguments) {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			word := arguments[len(before)]
			if slices.Contains(fileArguments, word) {
				return nil, cobra.ShellCompDirectiveDefault
			}
			return a.complete(cmd, argumentCompleters[word], before)
		}
	}
	for name, complete := range flagCompleters {
		if cmd.LocalFlags().Lookup(name) != nil {
			mustRegister(cmd.RegisterFlagCompletionFunc(name, func(cmd *cobra.Command, before []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
				return a.complete(cmd, complete, before)
			}))
		}
	}
	for _, name := range yamlFlags {
		if cmd.LocalFlags().Lookup(name) != nil {
			mustRegister(cmd.MarkFlagFilename(name, "yaml", "yml"))
		}
	}
	for _, name := range directoryFlags {
		if cmd.LocalFlags().Lookup(name) != nil {
			mustRegister(cmd.MarkFlagDirname(name))
		}
	}
}

// mustRegister is for errors that only a flag that does not exist could make.
func mustRegister(err error) {
	if err != nil {
		panic(err)
	}
}

// complete asks a completer, quietly and not for long. What cannot be found out is not offered.
func (a *app) complete(cmd *cobra.Command, c completer, before []string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if c == nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), completionPatience)
	defer cancel()
	return c(ctx, a, cmd, before), cobra.ShellCompDirectiveNoFileComp
}

// completes reports whether a command is the one that shells ask behind a person's back.
func completes(cmd *cobra.Command) bool {
	return cmd.Name() == cobra.ShellCompRequestCmd || cmd.Name() == cobra.ShellCompNoDescRequestCmd
}

// quietDesk is desk for completion: the flags of the line that is typed count, nothing is logged or exported, and there is
// none where anything is wrong.
func (a *app) quietDesk(ctx context.Context) (*desk, bool) {
	var err error
	if a.settings, err = config.LoadSettings(a.settingsFile); err != nil {
		return nil, false
	}
	a.telemetry = telemetry.Quiet()
	d, err := a.desk(ctx)
	return d, err == nil
}
