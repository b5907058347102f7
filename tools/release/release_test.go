package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const hash = "75a3242e345b682d854d65780529dd32d82f9cd1"

// toy is a project with the files of a release and a worker that prints its stamps, without any package of Go's.
func toy(t *testing.T) order {
	t.Helper()
	root := t.TempDir()
	put := func(name, body string) {
		path := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(body), 0o644))
	}
	put("go.mod", "module farmhand\n\ngo 1.26\n")
	put("internal/version/version.go", "package version\n\nvar stamped, commit string\n\nfunc Text() string { return stamped + \" \" + commit }\n")
	put("worker/main.go", "package main\n\nimport \"farmhand/internal/version\"\n\nfunc main() { println(version.Text()) }\n")
	for _, s := range shipped {
		if len(s.extensions) == 0 {
			put(s.path, "text")
		} else {
			put(s.path+"/below/one"+s.extensions[0], "text")
			put(s.path+"/test.go", "package nothing")
		}
	}
	id, err := identify(t.Context(), root, "v1.2.3", hash, "1795435200")
	require.NoError(t, err)
	require.Equal(t, noon, id.at)
	return order{
		root: root, dist: filepath.Join(root, "dist"), id: id, log: io.Discard,
		programs: programs[:1], platforms: []platform{{runtime.GOOS, runtime.GOARCH}},
	}
}

// TestTheSameSourcesGiveTheSameRelease: two folders, one release; and what it holds.
func TestTheSameSourcesGiveTheSameRelease(t *testing.T) {
	one, two := toy(t), toy(t)
	require.NoError(t, os.MkdirAll(two.dist, 0o755))
	for _, earlier := range []string{"farmhand_1.2.2_linux_amd64.tar.gz", "SHA256SUMS.sig", "mine.txt"} {
		require.NoError(t, os.WriteFile(filepath.Join(two.dist, earlier), nil, 0o644))
	}
	t.Setenv("GOFLAGS", "-buildvcs=true -tags=mine") // which do not count
	require.NoError(t, one.make(t.Context()))
	t.Setenv("GOFLAGS", "")
	require.NoError(t, two.make(t.Context()))
	sums := bytesOf(t, filepath.Join(one.dist, "SHA256SUMS"))
	require.Equal(t, string(sums), string(bytesOf(t, filepath.Join(two.dist, "SHA256SUMS"))))

	require.Equal(t, []string{"SHA256SUMS", two.archive(two.platforms[0]), "mine.txt"}, files(t, two.dist), "of an earlier release nothing is left")

	archive := one.archive(one.platforms[0])
	sum, err := sumOfFile(filepath.Join(one.dist, archive))
	require.NoError(t, err)
	require.Equal(t, sum+"  "+archive+"\n", string(sums))
	var names []string
	for _, c := range contents(t, filepath.Join(one.dist, archive)) {
		if fields := strings.SplitN(c, " ", 3); !strings.Contains(c, "/below/") {
			names = append(names, fields[0]+" "+strings.TrimPrefix(fields[1], "farmhand-1.2.3/"))
		}
		require.NotContains(t, c, ".go ")
	}
	require.Equal(t, []string{
		"-rw-r--r-- CHANGELOG.md", "-rw-r--r-- LICENSE", "-rw-r--r-- README.md", "-rw-r--r-- THIRD_PARTY_LICENSES.txt",
		"-rw-r--r-- sbom/worker.cdx.json", "-rwxr-xr-x " + programs[0].file(one.platforms[0]),
	}, names)
}

func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestStampsReachTheProgram: the linker says nothing when the variable it is told of is not there.
func TestStampsReachTheProgram(t *testing.T) {
	o := toy(t)
	path := filepath.Join(t.TempDir(), "worker")
	require.NoError(t, o.build(t.Context(), o.programs[0], o.platforms[0], path))
	said, err := exec.Command(path).CombinedOutput()
	require.NoError(t, err)
	require.Equal(t, "1.2.3 "+hash+"\n", string(said))
	require.NotContains(t, string(bytesOf(t, path)), o.root, "the path of the sources is in the program")

	// The real ones have the same name.
	theirs := string(bytesOf(t, "../../internal/version/version.go"))
	require.Contains(t, theirs, "\nvar stamped, commit string\n")
}

func TestIdentify(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1795435200")
	id, err := identify(t.Context(), ".", "0.1.0-14-g75a3242", hash, "")
	require.NoError(t, err)
	require.Equal(t, identity{version: "0.1.0-14-g75a3242", commit: hash, at: noon}, id)
	require.Equal(t, "-s -w -X farmhand/internal/version.stamped=0.1.0-14-g75a3242 -X farmhand/internal/version.commit="+hash, id.stamps("farmhand/internal/version"))

	for _, bad := range []string{"v", "1:2", "../1", "a b", strings.Repeat("1", 64)} {
		_, err = identify(t.Context(), ".", bad, hash, "")
		require.ErrorContains(t, err, "cannot be the number of a release", bad)
	}
	_, err = identify(t.Context(), ".", "1", hash, "yesterday")
	require.EqualError(t, err, `-time: "yesterday" is no number of seconds since 1970`)

	t.Setenv("GIT_DIR", filepath.Join(t.TempDir(), "none"))
	_, err = identify(t.Context(), ".", "", "", "1")
	require.ErrorContains(t, err, "ask git, or say -version")
	require.ErrorContains(t, err, "ask git, or say -commit")
}

func TestFlags(t *testing.T) {
	var said bytes.Buffer
	err := run(t.Context(), []string{"-programs", "worker,bench", "-platforms", "linux"}, &said)
	require.ErrorContains(t, err, `there is no program "bench"`)
	require.ErrorContains(t, err, `"linux" is no platform`)
	require.EqualError(t, run(t.Context(), []string{"now"}, &said), `unexpected argument "now": everything is a flag, see --help`)
	all, err := parsePlatforms("windows/amd64, linux/arm64")
	require.NoError(t, err)
	require.Equal(t, []platform{{"windows", "amd64"}, {"linux", "arm64"}}, all)
	require.Equal(t, "farmhand_1_windows_amd64.zip", order{id: identity{version: "1"}}.archive(all[0]))
	require.Equal(t, "farmhand_1_linux_arm64.tar.gz", order{id: identity{version: "1"}}.archive(all[1]))
}
