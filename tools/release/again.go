package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// again builds worker and starter for the first platform twice: here, and from the commit in another folder with an empty
// build cache. Both have to be the same, byte for byte. Files that are in no commit would make a difference of their own.
func (o order) again(ctx context.Context) error {
	work, err := os.MkdirTemp("", "farmhand-again-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	elsewhere, err := o.checkout(ctx, filepath.Join(work, "elsewhere"))
	if err != nil {
		return err
	}
	on := o.platforms[0]
	var wrong []error
	for _, p := range o.programs {
		if p.module != "." {
			continue // the Temporal server: its build takes too long to do it twice
		}
		here, there := filepath.Join(work, "here", p.file(on)), filepath.Join(work, "there", p.file(on))
		if err := errors.Join(o.build(ctx, p, on, here), elsewhere.build(ctx, p, on, there)); err != nil {
			return err
		}
		a, errA := sumOfFile(here)
		b, errB := sumOfFile(there)
		if err := errors.Join(errA, errB); err != nil {
			return err
		}
		fmt.Fprintf(o.log, "%s  %s for %s\n%s  in another folder, with an empty cache\n", a, p.name, on, b)
		if a != b {
			wrong = append(wrong, fmt.Errorf("%s for %s: two builds differ", p.name, on))
		}
	}
	return errors.Join(wrong...)
}

// checkout puts the files of the commit into another folder, to be built with a cache of its own.
func (o order) checkout(ctx context.Context, to string) (order, error) {
	archive := to + ".tar"
	git := exec.CommandContext(ctx, "git", "archive", "--format=tar", "-o", archive, o.id.commit)
	git.Dir = o.root
	if _, err := output(git); err != nil {
		return o, err
	}
	if err := os.Mkdir(to, 0o700); err != nil {
		return o, err
	}
	_, err := output(exec.CommandContext(ctx, "tar", "-xf", archive, "-C", to))
	o.root, o.cache = to, to+".cache"
	return o, err
}
