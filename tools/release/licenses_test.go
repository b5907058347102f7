package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// notEvil is the license of JSON: MIT's with a sentence that nobody can keep to.
var notEvil = "Copyright (c) 2002 JSON.org\n\n" + strings.Replace(mit, "THE SOFTWARE IS PROVIDED", "The Software shall be used for Good, not Evil.\n\nTHE SOFTWARE IS PROVIDED", 1)

const isc = `Copyright (c) 2026, Somebody

Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted,
provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED
WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR
CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF
CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.
`

func TestJudge(t *testing.T) {
	found, err := judge([]text{{"LICENSE", "Copyright (c) 2026 Somebody\n\n" + mit}, {"NOTICE", "This product includes software."}, {"x/LICENSE", isc}})
	require.NoError(t, err)
	require.Equal(t, []string{"ISC", "MIT"}, found)

	_, err = judge([]text{{"LICENSE", mit}, {"copied/LICENSE", notEvil}})
	require.ErrorContains(t, err, "the license JSON is none of 0BSD, Apache-2.0", "one file is enough")

	_, err = judge([]text{{"LICENSE", "All rights reserved."}})
	require.ErrorIs(t, err, errUnknown)
	require.EqualError(t, err, `no license that is known in ["LICENSE"]`)
	_, err = judge(nil)
	require.ErrorIs(t, err, errUnknown)
}

// TestLicensesOfAModule: those of the root, and of what is linked from below it; not those of packages that are not.
func TestLicensesOfAModule(t *testing.T) {
	m := &module{path: "example.com/m", version: "v1.0.0", dir: t.TempDir(), packages: map[string]bool{}}
	put := func(name, body string) {
		path := filepath.Join(m.dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(body), 0o644))
	}
	put("LICENSE.md", strings.ReplaceAll(mit, "\n", "\r\n"))
	put("license.go", "package m")
	put("README.md", notEvil)
	put("internal/COPYING", isc)
	put("internal/linked/a.go", "package linked")
	put("tool/LICENSE", notEvil)
	m.packages[filepath.Join(m.dir, "internal", "linked")] = true

	of, err := m.terms()
	require.NoError(t, err)
	require.Equal(t, []string{"ISC", "MIT"}, of.licenses)
	require.Equal(t, []text{{"LICENSE.md", mit}, {"internal/COPYING", isc}}, of.texts)

	m.packages[filepath.Join(m.dir, "tool")] = true
	_, err = m.terms()
	require.ErrorContains(t, err, "example.com/m@v1.0.0: the license JSON is none of")
}

// TestReadByHand: what a person read counts only where no program recognises a license, and goes when nobody needs it.
func TestReadByHand(t *testing.T) {
	m := &module{path: "github.com/cactus/go-statsd-client/statsd", dir: t.TempDir()}
	of, err := m.terms()
	require.NoError(t, err)
	require.Equal(t, []string{"MIT"}, of.licenses)
	require.Contains(t, of.texts[0].body, "Eli Janssen")

	require.NoError(t, os.WriteFile(filepath.Join(m.dir, "LICENSE"), []byte(mit), 0o644))
	_, err = m.terms()
	require.ErrorContains(t, err, "its license is recognised now: take it out of byHand")

	require.ErrorContains(t, unneeded([]*module{m}), "github.com/nexus-rpc/nexus-proto-annotations: no program is linked with it")
	for path, r := range byHand {
		require.NotEmpty(t, r.why, path)
	}
}
