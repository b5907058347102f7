package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// shells are those that `starter completion` writes a script for.
var shells = []string{"bash", "zsh", "fish", "powershell"}

// newCompletion is `starter completion`. It needs neither Temporal nor farms; what its script asks while somebody types is in
// complete.go.
func newCompletion(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "completion " + strings.Join(shells, "|"), Short: "Print a script that lets your shell complete commands, farms, gates and choices",
		Args: cobra.ExactArgs(1), ValidArgs: shells,
		Long: `Print a script that lets your shell complete commands, flags, files, and what Temporal knows: rollouts, farms, open
questions and their choices. For good:

  bash         starter completion bash > /etc/bash_completion.d/starter       (needs the package bash-completion)
  zsh          starter completion zsh > "${fpath[1]}/_starter"
  fish         starter completion fish > ~/.config/fish/completions/starter.fish
  powershell   starter completion powershell >> $PROFILE

Names come from the Temporal server of the environment, or of --state. When it does not answer within a second, nothing
is offered.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.out, true)
			case "zsh":
				return root.GenZshCompletion(a.out)
			case "fish":
				return root.GenFishCompletion(a.out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.out)
			}
			return fmt.Errorf("no script for %q; shells are %s", args[0], strings.Join(shells, ", "))
		},
	}
}
