package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// identity says which release this is. It decides over the bytes of a release, together with the sources and the toolchain.
type identity struct {
	version string    // without a v
	commit  string    // hash; empty where nobody said
	at      time.Time // of the commit: what every file in an archive is dated
}

// number is what a version may look like: it becomes a file name, and a build id in Temporal, which takes 63 characters.
var number = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.+_-]{0,62}$`)

// identify asks git for what the flags do not say. seconds counts from 1970; empty: SOURCE_DATE_EPOCH, and then the commit's.
func identify(ctx context.Context, root, version, commit, seconds string) (identity, error) {
	var wrong []error
	ask := func(given, flag string, args ...string) string {
		if given != "" {
			return given
		}
		cmd := exec.CommandContext(ctx, "git", args...)
		cmd.Dir = root
		text, err := output(cmd)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("ask git, or say -%s: %w", flag, err))
		}
		return strings.TrimSpace(string(text))
	}
	version = ask(version, "version", "describe", "--tags", "--match", "v[0-9]*", "--always", "--dirty")
	commit = ask(commit, "commit", "rev-parse", "HEAD")
	seconds = ask(cmp.Or(seconds, os.Getenv("SOURCE_DATE_EPOCH")), "time", "log", "-1", "--format=%ct")
	if len(wrong) > 0 {
		return identity{}, errors.Join(wrong...)
	}
	id := identity{version: strings.TrimPrefix(version, "v"), commit: commit}
	if !number.MatchString(id.version) {
		return id, fmt.Errorf("-version: %q cannot be the number of a release; want at most 63 letters, digits, dots and dashes, like 0.1.0", version)
	}
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return id, fmt.Errorf("-time: %q is no number of seconds since 1970", seconds)
	}
	id.at = time.Unix(unix, 0).UTC()
	return id, nil
}

// stamps are what the linker writes into a package of a program.
func (id identity) stamps(pkg string) string {
	return "-s -w -X " + pkg + ".stamped=" + id.version + " -X " + pkg + ".commit=" + id.commit
}
