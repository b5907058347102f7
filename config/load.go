package config

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"

	"farmhand/internal/farm"
)

// Load reads a rollout file and the release it names. A release with a slash, a backslash or the ending
// .yaml in its name is a file, looked for beside the rollout file; any other name is one of ReleaseNames.
//
// The error is *Mistakes with everything that is wrong in both files, or wraps the error of reading the
// rollout file. With an error the values are as far as they could be read, for display alone.
func Load(path string) (farm.Rollout, farm.Release, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return farm.Rollout{}, farm.Release{}, fmt.Errorf("rollout file: %w", err)
	}
	return Decode(path, data, filepath.Dir(path))
}

// Decode is Load for a file that is already in memory. name stands in messages; baseDir is where a release
// file named by a relative path is looked for.
func Decode(name string, data []byte, baseDir string) (farm.Rollout, farm.Release, error) {
	n := newNotes(name)
	var r farm.Rollout
	top := parse(n, data)
	if top == nil {
		return r, farm.Release{}, mistakesOf(n.found)
	}
	value, _ := n.shape("", top, reflect.TypeFor[farm.Rollout]())
	rollout, _ := value.(plain)
	n.fill(rollout)
	n.decode(rollout, &r)

	rel, relMistakes, known := n.release(r.Release, baseDir)
	n.checkRollout(r)
	if known {
		n.checkLicenseTerms(r, rel)
		n.checkAnswered(rel)
		n.checkCalendars(r, rel)
	}
	return r, rel, mistakesOf(n.found, relMistakes)
}

// decode hands plain values to a viper of their own, without environment, and decodes them. The values
// already have the right shape, so that an error here is a difference between shape and the Go type.
func (n *notes) decode(value plain, into any) {
	v := viper.New()
	err := v.MergeConfigMap(value)
	if err == nil {
		err = v.UnmarshalExact(into, viper.DecodeHook(mapstructure.ComposeDecodeHookFunc(
			mapstructure.StringToTimeDurationHookFunc(), mapstructure.TextUnmarshallerHookFunc())))
	}
	if err != nil && len(n.found) == 0 {
		n.wrong("", "the file cannot be decoded (%T)", err) // the text of err may hold values
	}
}
