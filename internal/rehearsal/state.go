package rehearsal

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// The files of a state directory that others may read.
const (
	placeFile = "place.json"
	inputFile = "input.json"
)

// ReadInput returns what a state directory rehearses. The error wraps fs.ErrNotExist when nothing was rehearsed there.
func ReadInput(path string) (Input, error) {
	var in Input
	err := readJSON(path, &in)
	return in, err
}

// InputFile is where a state directory keeps its Input.
func InputFile(dir string) string { return filepath.Join(dir, inputFile) }

// Address is where the Temporal server of a state directory answers while its rehearsal runs, and its web page. The
// error wraps fs.ErrNotExist when nothing was rehearsed there.
func Address(dir string) (address, ui string, err error) {
	p, err := readPlace(dir)
	return p.temporal(), p.ui(), err
}

func readPlace(dir string) (place, error) {
	var p place
	if err := readJSON(filepath.Join(dir, placeFile), &p); err != nil {
		return place{}, err
	}
	if err := p.check(dir); err != nil {
		return place{}, err
	}
	return p, nil
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s is not what a rehearsal writes (%w): use another state directory", path, err)
	}
	return nil
}

// writeJSON replaces a file as a whole.
func writeJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
