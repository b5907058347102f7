package farm_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

// approved is everything that people approve.
type approved struct {
	Rollout farm.Rollout
	Release farm.Release
}

func (a approved) digest() string { return a.Rollout.Digest(a.Release) }

// leaf is one value inside another, with its path.
type leaf struct {
	path  string
	value reflect.Value
}

// leavesOf fills v, lists with two members each, and returns every value in it that a file can set.
func leavesOf(path string, v reflect.Value, number *int) []leaf {
	*number++
	switch {
	case v.Type() == reflect.TypeFor[farm.Version]():
		v.Set(reflect.ValueOf(farm.MustParseVersion(fmt.Sprintf("12.0.%d.%d", *number, *number))))
		return []leaf{{path, v}}
	case v.Kind() == reflect.Struct:
		var out []leaf
		for i := range v.NumField() {
			out = append(out, leavesOf(path+"."+v.Type().Field(i).Name, v.Field(i), number)...)
		}
		return out
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		return append(leavesOf(path+"[0]", v.Index(0), number), leavesOf(path+"[1]", v.Index(1), number)...)
	case v.Kind() == reflect.String:
		v.SetString(fmt.Sprintf("text %d", *number))
	case v.Kind() == reflect.Bool:
		v.SetBool(*number%2 == 0)
	default:
		v.SetInt(int64(*number))
	}
	return []leaf{{path, v}}
}

// change gives a leaf another value.
func (l leaf) change(t *rapid.T) {
	switch v := l.value; {
	case v.Type() == reflect.TypeFor[farm.Version]():
		other := rapid.Custom(func(t *rapid.T) farm.Version { return drawVersion(t, "other") }).
			Filter(func(w farm.Version) bool { return w != v.Interface() }).Draw(t, "version")
		v.Set(reflect.ValueOf(other))
	case v.Kind() == reflect.String:
		v.SetString(rapid.String().Filter(func(s string) bool { return s != v.String() }).Draw(t, "text"))
	case v.Kind() == reflect.Bool:
		v.SetBool(!v.Bool())
	default:
		v.SetInt(rapid.Int64Range(-1<<31, 1<<31-1).Filter(func(i int64) bool { return i != v.Int() }).Draw(t, "number"))
	}
}

// filled returns a rollout and release with every value set, and all those values.
func filled() (*approved, []leaf) {
	a, number := new(approved), 0
	return a, leavesOf("", reflect.ValueOf(a).Elem(), &number)
}

// TestDigestSeesEveryField changes each value in turn, and puts it back.
func TestDigestSeesEveryField(t *testing.T) {
	a, leaves := filled()
	before := a.digest()
	require.Greater(t, len(leaves), 100, "the whole of both types")
	for _, l := range leaves {
		old := reflect.New(l.value.Type()).Elem()
		old.Set(l.value)
		rapid.Check(t, func(t *rapid.T) {
			l.value.Set(old)
			l.change(t)
			require.NotEqual(t, before, a.digest(), l.path)
		})
		l.value.Set(old)
		require.Equal(t, before, a.digest(), l.path)
	}
}

// TestDigestSeesOrder: the order of lists counts; for packages and servers it decides what runs.
func TestDigestSeesOrder(t *testing.T) {
	a, _ := filled()
	before := a.digest()
	a.Release.Packages[0], a.Release.Packages[1] = a.Release.Packages[1], a.Release.Packages[0]
	require.NotEqual(t, before, a.digest())
	a, _ = filled()
	a.Rollout.Farms = a.Rollout.Farms[:1]
	require.NotEqual(t, before, a.digest())
}

// TestDigestIgnoresKeyOrder sends the value through JSON with its keys sorted, as another tool would.
func TestDigestIgnoresKeyOrder(t *testing.T) {
	a, _ := filled()
	data, err := json.Marshal(a)
	require.NoError(t, err)
	var loose any
	require.NoError(t, json.Unmarshal(data, &loose))
	sorted, err := json.Marshal(loose)
	require.NoError(t, err)
	require.NotEqual(t, string(data), string(sorted), "the keys stand in another order")
	var back approved
	require.NoError(t, json.Unmarshal(sorted, &back))
	require.Equal(t, a.digest(), back.digest())
	require.Regexp(t, `^[0-9a-f]{64}$`, a.digest())
}

// TestRoundTrip: a rollout and release come out of a history as they went in, durations to the nanosecond.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, leaves := filled()
		for range rapid.IntRange(0, 5).Draw(t, "changes") {
			rapid.SampledFrom(leaves).Draw(t, "leaf").change(t)
		}
		data, err := json.Marshal(a)
		require.NoError(t, err)
		var back approved
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, *a, back)
		require.Equal(t, a.digest(), back.digest())
	})
	p := farm.GatePolicy{Name: farm.GateContinue, Remind: 5*time.Minute + time.Nanosecond}
	data, err := json.Marshal(p)
	require.NoError(t, err)
	var back farm.GatePolicy
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, p, back)
}

func TestPackageFile(t *testing.T) {
	p := farm.Package{Files: []farm.PackageFile{{Architecture: farm.X64, Name: "a.exe"}}}
	f, ok := p.File(farm.X64)
	require.True(t, ok)
	require.Equal(t, "a.exe", f.Name)
	_, ok = p.File(farm.X86)
	require.False(t, ok)
}
