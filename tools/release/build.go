package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// order is what a release is made from.
type order struct {
	root, dist string
	id         identity
	programs   []program
	platforms  []platform
	// cache is the build cache; empty: the usual one.
	cache string
	log   io.Writer
}

// make builds, packs and sums: one archive for each platform, and SHA256SUMS.
func (o order) make(ctx context.Context) error {
	// Licenses first, of all platforms: what must not be given away is not built.
	all, err := linked(ctx, o.root, o.programs, o.platforms)
	if err != nil {
		return err
	}
	licenses, err := judged(all)
	if err != nil {
		return err
	}
	documents, err := documents(o.root)
	if err != nil {
		return err
	}
	if err := sweep(o.dist); err != nil {
		return err
	}
	if err := os.MkdirAll(o.dist, 0o750); err != nil {
		return err
	}
	var archives []string
	for _, on := range o.platforms {
		if err := o.release(ctx, on, documents, licenses); err != nil {
			return err
		}
		archives = append(archives, o.archive(on))
	}
	return sums(o.dist, archives)
}

// release makes the archive of one platform. It depends on this platform alone: the others may be made or not.
func (o order) release(ctx context.Context, on platform, documents []entry, licenses map[string]terms) error {
	built, err := os.MkdirTemp("", "farmhand-release-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(built) }()
	modules, err := linked(ctx, o.root, o.programs, []platform{on})
	if err != nil {
		return err
	}
	notices, err := notices(ctx, o.root, modules, licenses)
	if err != nil {
		return err
	}
	entries := append(slices.Clone(documents), notices)
	for _, p := range o.programs {
		fmt.Fprintf(o.log, "%s for %s\n", p.name, on)
		path := filepath.Join(built, p.file(on))
		if err := o.build(ctx, p, on, path); err != nil {
			return err
		}
		bom, err := inventory(o.id, p, on, path, licenses)
		if err != nil {
			return err
		}
		entries = append(entries, entry{name: p.file(on), path: path, executable: true}, entry{name: "sbom/" + p.name + ".cdx.json", body: bom})
	}
	return pack(filepath.Join(o.dist, o.archive(on)), "farmhand-"+o.id.version, entries, o.id.at)
}

// sweep removes an earlier release from its folder, and its signature with it; anything else there stays.
func sweep(dist string) error {
	for _, pattern := range []string{"farmhand_*.tar.gz", "farmhand_*.zip", "SHA256SUMS", "SHA256SUMS.sig"} {
		old, err := filepath.Glob(filepath.Join(dist, pattern))
		if err != nil {
			return err
		}
		for _, path := range old {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	return nil
}

// build links one program. Nothing of this machine is in it: neither paths, nor a time, nor C.
func (o order) build(ctx context.Context, p program, on platform, to string) error {
	to, err := filepath.Abs(to)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
		return err
	}
	cmd := goCommand(ctx, p.dir(o.root), on, "build", "-trimpath", "-buildvcs=false", "-ldflags="+o.id.stamps(p.stamped), "-o", to, p.pkg)
	if o.cache != "" {
		cmd.Env = append(cmd.Env, "GOCACHE="+o.cache)
	}
	_, err = output(cmd)
	return err
}

// archive is the name of a platform's archive.
func (o order) archive(on platform) string {
	name := "farmhand_" + o.id.version + "_" + on.os + "_" + on.arch
	if on.os == "windows" {
		return name + ".zip"
	}
	return name + ".tar.gz"
}

// sums writes SHA256SUMS beside the archives, as `sha256sum -c` reads it.
func sums(dist string, archives []string) error {
	var lines strings.Builder
	for _, name := range slices.Sorted(slices.Values(archives)) {
		sum, err := sumOfFile(filepath.Join(dist, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&lines, "%s  %s\n", sum, name)
	}
	return os.WriteFile(filepath.Join(dist, "SHA256SUMS"), []byte(lines.String()), 0o644) //nolint:gosec // published with the archives
}

// sumOfFile is the SHA-256 of a file in lower-case hex.
func sumOfFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
