// Command compose reads a Compose file with the Compose specification's own loader and prints what it means, as JSON: what
// `docker compose config --format json` prints on a machine with Docker. A file that the specification does not allow is an
// error, and so is a variable without a value or a default.
//
//	bin/compose -profile rehearsal docker-compose.yml
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "compose:", err)
		os.Exit(1)
	}
}

// list is a flag that can be repeated.
type list []string

// String joins the values.
func (l *list) String() string { return strings.Join(*l, ",") }

// Set adds one.
func (l *list) Set(s string) error {
	*l = append(*l, s)
	return nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var profiles, variables list
	flags := flag.NewFlagSet("compose", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Var(&profiles, "profile", "`name` of a profile to include (repeatable)")
	flags.Var(&variables, "variable", "`NAME=VALUE` for the file's ${NAME} (repeatable); the environment is not read")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return fmt.Errorf("want one Compose file, got %d", flags.NArg())
	}
	project, err := load(ctx, flags.Arg(0), profiles, variables)
	if err != nil {
		return err
	}
	text, err := project.MarshalJSON()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s\n", text)
	return err
}

// load reads and checks a file as `docker compose` does, except that nothing comes from the environment or a .env file.
func load(ctx context.Context, file string, profiles, variables []string) (*types.Project, error) {
	options, err := cli.NewProjectOptions([]string{file}, cli.WithProfiles(profiles), cli.WithEnv(variables))
	if err != nil {
		return nil, err
	}
	return options.LoadProject(ctx)
}
