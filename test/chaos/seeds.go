package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"farmhand/test/chaos/scenario"
)

// seed makes a world.
type seed struct {
	number uint64
	// plain leaves out what worlds got later, for a seed that failed when they had not got it.
	plain bool
}

func (s seed) scenario() scenario.Scenario {
	if s.plain {
		return scenario.Plain(s.number)
	}
	return scenario.New(s.number)
}

// seeds are those to run: past offenders first, then fresh ones in a row.
func (o options) seeds() ([]seed, error) {
	seeds, err := readOffenders(o.offenders)
	if err != nil {
		return nil, err
	}
	first := o.seed
	if first == 0 {
		first = uint64(time.Now().Unix())
	}
	for i := range o.runs {
		seeds = append(seeds, seed{first + uint64(i), o.plain})
	}
	return seeds, nil
}

// readOffenders reads a list of seeds, one a line, with the word plain behind those of the older worlds; what follows # says why.
func readOffenders(path string) ([]seed, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var seeds []seed
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		digits, plain := strings.CutSuffix(text, " plain")
		number, err := strconv.ParseUint(digits, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %q is no seed", path, n, text)
		}
		seeds = append(seeds, seed{number, plain})
	}
	return seeds, lines.Err()
}
