package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// seeds are those to run: past offenders first, then fresh ones in a row.
func (o options) seeds() ([]uint64, error) {
	seeds, err := readOffenders(o.offenders)
	if err != nil {
		return nil, err
	}
	first := o.seed
	if first == 0 {
		first = uint64(time.Now().Unix())
	}
	for i := range o.runs {
		seeds = append(seeds, first+uint64(i))
	}
	return seeds, nil
}

// readOffenders reads a list of seeds, one a line; what follows # says why.
func readOffenders(path string) ([]uint64, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var seeds []uint64
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %q is no seed", path, n, text)
		}
		seeds = append(seeds, seed)
	}
	return seeds, lines.Err()
}
