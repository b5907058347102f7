package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"farmhand/config"
	"farmhand/internal/farm"
)

// newPackages is `starter packages`: a folder of downloaded packages held against a release, before anybody stages or
// serves it. It needs neither Temporal nor farms.
func newPackages(a *app) *cobra.Command {
	release, architecture := "infrastructure-update", ""
	cmd := &cobra.Command{
		Use: "packages DIR", Short: "Hash a folder of packages and hold it against a release; exit 5 when it cannot be used", Args: cobra.ExactArgs(1),
		Long: `Hash a folder of packages and hold it against a release: each file by its exact name, for each architecture. Then print
the lines that a release file wants, so that every server's copy is compared with the files you checked.

Who signed the files is asked of each server's own Windows, not here. Exit codes: 0 the folder can be used, 5 a file is
missing, has another hash, or has its name in other letters.`,
		RunE: func(_ *cobra.Command, args []string) error {
			rel, err := config.LoadRelease(release)
			if err != nil {
				return err
			}
			only, err := architectures(architecture)
			if err != nil {
				return err
			}
			files, err := hashFolder(args[0])
			if err != nil {
				return err
			}
			lines := farm.CompareFolder(rel, files, only...)
			if err := a.printFolder(rel, lines); err != nil {
				return err
			}
			for _, l := range lines {
				if l.Wrong() {
					return exit(exitEnded)
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&release, "release", release, "a release that comes with farmhand, or the path of a release file")
	cmd.Flags().StringVar(&architecture, "architecture", "", "x64 or x86: the files of the other are not asked for")
	return cmd
}

func architectures(word string) ([]farm.Architecture, error) {
	switch a := farm.Architecture(word); a {
	case "":
		return nil, nil
	case farm.X64, farm.X86:
		return []farm.Architecture{a}, nil
	default:
		return nil, fmt.Errorf("--architecture %q is neither x64 nor x86", word)
	}
}

// hashFolder reads every file that lies directly in a folder.
func hashFolder(dir string) ([]farm.FolderFile, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []farm.FolderFile
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		f, err := hashFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

func hashFile(path string) (farm.FolderFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return farm.FolderFile{}, err
	}
	defer func() { _ = f.Close() }() // it was only read
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		return farm.FolderFile{}, fmt.Errorf("%s: %w", path, err)
	}
	return farm.FolderFile{Name: filepath.Base(path), Bytes: n, SHA256: hex.EncodeToString(h.Sum(nil))}, nil
}

// folderSays are the words for the states of a file.
var folderSays = map[farm.FolderState]string{
	farm.FolderGood:       "as the release says",
	farm.FolderUnverified: "there; the release gives no hash to compare with",
	farm.FolderMissing:    "MISSING",
	farm.FolderOtherCase:  "IN OTHER LETTERS: rename it, a Web server may not find it",
	farm.FolderOtherHash:  "ANOTHER FILE than the release says, or a damaged one",
	farm.FolderExtra:      "not of this release",
}

func (a *app) printFolder(rel farm.Release, lines []farm.FolderLine) error {
	if a.json() {
		return a.printJSON(struct {
			Release string            `json:"release"`
			Files   []farm.FolderLine `json:"files"`
		}{rel.Name, lines})
	}
	for _, l := range lines {
		fmt.Fprintf(a.out, "%s: %s\n", l.Name, folderSays[l.State])
		if l.Found != "" {
			fmt.Fprintf(a.out, "  found   %s\n", l.Found)
		}
		if l.Want != "" {
			fmt.Fprintf(a.out, "  release %s\n", l.Want)
		}
		if l.SHA256 != "" {
			fmt.Fprintf(a.out, "  SHA-256 %s, %d MB\n", l.SHA256, l.SizeMB)
		}
	}
	a.printHashes(lines)
	return nil
}

// printHashes prints the files as a release file spells them.
func (a *app) printHashes(lines []farm.FolderLine) {
	last := ""
	for _, l := range lines {
		if l.Package == "" || l.SHA256 == "" {
			continue
		}
		if last == "" {
			fmt.Fprintln(a.out, "\nFor a release file, once you are sure of these files:")
		}
		if l.Package != last {
			fmt.Fprintf(a.out, "  # %s\n  files:\n", l.Package)
		}
		fmt.Fprintf(a.out, "    - architecture: %s\n      name: %s\n      sha256: %s\n      size_mb: %d\n", l.Architecture, l.Name, l.SHA256, l.SizeMB)
		last = l.Package
	}
}
