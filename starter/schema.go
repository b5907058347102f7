package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"farmhand/config"
)

// newSchema is `starter schema`: what an editor needs to know the keys of a file. It needs neither Temporal nor farms.
func newSchema(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "schema rollout|release|settings", Short: "Print the JSON Schema of a file, for editors", Args: cobra.ExactArgs(1),
		ValidArgs: config.SchemaNames(),
		Long: `Print the JSON Schema of a rollout file, a release file or the settings. An editor with a YAML server then offers keys,
explains them and marks mistakes of spelling while you type. It needs the schema beside the file, and this first line in it:

  # yaml-language-server: $schema=rollout.schema.json

What a file means is checked by starter plan and starter release validate.`,
		RunE: func(_ *cobra.Command, args []string) error {
			text, ok := config.Schema(args[0])
			if !ok {
				return fmt.Errorf("no schema of %q; schemas are %s", args[0], strings.Join(config.SchemaNames(), ", "))
			}
			_, err := a.out.Write(text)
			return err
		},
	}
}
