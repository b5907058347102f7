// Command release makes what farmhand is given away as: for each platform one archive with the programs, their licenses, their
// bills of materials and the documentation, and the sums of all archives.
//
//	bin/release                                   dist/, for all platforms, as git describes the commit
//	bin/release -programs worker,starter -platforms linux/amd64
//	bin/release -licenses                         only: may the programs be linked with what they are linked with?
//	bin/release -check                            only: does another folder with an empty cache give the same programs?
//
// Whoever has the sources of a version and the same Go makes the same bytes: identity.go says what decides over them,
// golang.go and build.go how programs are built, archive.go how they are packed. licenses.go judges licenses, sbom.go writes
// bills of materials.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	flags.SetOutput(stderr)
	root := flags.String("root", ".", "`folder` of the project")
	dist := flags.String("dist", "dist", "`folder` for the archives; those of an earlier release are removed")
	version := flags.String("version", "", "`number` of the release; empty: as git describes the commit")
	commit := flags.String("commit", "", "`hash` of the commit; empty: git's")
	seconds := flags.String("time", "", "`seconds` since 1970 that files are dated; empty: SOURCE_DATE_EPOCH, and then the commit's time")
	onlyPrograms := flags.String("programs", "", "`list` of programs, with commas; empty: all")
	onlyPlatforms := flags.String("platforms", "", "`list` of platforms, like linux/amd64; empty: all")
	licenses := flags.Bool("licenses", false, "judge licenses, and build nothing")
	again := flags.Bool("check", false, "build worker and starter twice, the second time in another folder and with an empty cache, and compare")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q: everything is a flag, see --help", flags.Arg(0))
	}
	o := order{root: *root, dist: *dist, log: stderr}
	var errs [2]error
	o.programs, errs[0] = parsePrograms(*onlyPrograms)
	o.platforms, errs[1] = parsePlatforms(*onlyPlatforms)
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	if *licenses {
		return checkLicenses(ctx, o)
	}
	var err error
	if o.id, err = identify(ctx, o.root, *version, *commit, *seconds); err != nil {
		return err
	}
	if *again {
		return o.again(ctx)
	}
	return o.make(ctx)
}

// checkLicenses reports every module that must not be linked, and counts the others.
func checkLicenses(ctx context.Context, o order) error {
	modules, err := linked(ctx, o.root, o.programs, o.platforms)
	if err != nil {
		return err
	}
	found, err := judged(modules)
	if len(o.programs) == len(programs) && len(o.platforms) == len(platforms) {
		err = errors.Join(err, unneeded(modules))
	}
	if err != nil {
		return err
	}
	count := map[string]int{}
	for _, t := range found {
		for _, id := range t.licenses {
			count[id]++
		}
	}
	fmt.Fprintf(o.log, "%d modules:", len(modules))
	for _, id := range allowed {
		if count[id] > 0 {
			fmt.Fprintf(o.log, " %s %d", id, count[id])
		}
	}
	fmt.Fprintln(o.log)
	for _, m := range modules {
		if read, ok := byHand[m.path]; ok {
			fmt.Fprintf(o.log, "read by hand: %s: %s\n", m.path, read.why)
		}
	}
	return nil
}
