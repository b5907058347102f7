package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"farmhand/config"
	"farmhand/internal/farm"
)

// file is a rollout file that was read and found right.
type file struct {
	rollout farm.Rollout
	release farm.Release
}

func (f file) digest() string { return f.rollout.Digest(f.release) }

// load reads a rollout file. Every mistake in it is part of the error, each with its line.
func load(path string) (file, error) { return loaded(config.Load(path)) }

// example is the rollout file of the documentation.
func example() (file, error) { return loaded(config.Decode("contoso.yaml", config.Example(), ".")) }

func loaded(rollout farm.Rollout, release farm.Release, err error) (file, error) {
	if mistakes, ok := errors.AsType[*config.Mistakes](err); ok {
		return file{}, fmt.Errorf("%s; nothing was started:\n%w", count(len(mistakes.List), "mistake"), err)
	}
	return file{rollout: rollout, release: release}, err
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// fileFlag adds -f, which the command cannot do without.
func fileFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVarP(path, "file", "f", "", "rollout `file`")
	if err := cmd.MarkFlagRequired("file"); err != nil {
		panic(err) // the flag was added a line above
	}
}
