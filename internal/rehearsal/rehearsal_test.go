package rehearsal

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/config"
	"farmhand/internal/farm"
)

func options(t *testing.T) Options {
	t.Helper()
	rollout, release, err := config.Decode("contoso.yaml", config.Example(), ".")
	require.NoError(t, err)
	return Options{Dir: filepath.Join(t.TempDir(), "state"), Rollout: rollout, Release: release, Pace: 1}
}

func TestADirectoryKeepsItsPlace(t *testing.T) {
	t.Parallel()
	o := options(t)
	r, err := Open(t.Context(), o)
	require.NoError(t, err)
	_, err = Open(t.Context(), o)
	require.ErrorIs(t, err, ErrLocked)
	require.ErrorContains(t, err, "another rehearsal runs in "+o.Dir)
	r.Close()

	again, err := Open(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, r.Input(), again.Input())
	require.Equal(t, r.Address(), again.Address())
	again.Close()

	in, err := ReadInput(InputFile(o.Dir))
	require.NoError(t, err)
	require.Equal(t, r.Input().Rollout.Digest(o.Release), in.Rollout.Digest(in.Release), "what is read back is what was written")
	address, ui, err := Address(o.Dir)
	require.NoError(t, err)
	require.Equal(t, r.Address(), address)
	require.Equal(t, r.UI(), ui)

	o.Rollout = in.Rollout // what the directory holds, rehearsed once more
	third, err := Open(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, r.Input(), third.Input())
	third.Close()
}

func TestPortsThatAreTakenAreLeft(t *testing.T) {
	t.Parallel()
	o := options(t)
	r, err := Open(t.Context(), o)
	require.NoError(t, err)
	r.Close()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", r.Address())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	again, err := Open(t.Context(), o)
	require.NoError(t, err)
	defer again.Close()
	require.NotEqual(t, r.Address(), again.Address())
	require.Equal(t, r.Input(), again.Input(), "the servers keep their addresses")
}

func TestNothingWasRehearsedThere(t *testing.T) {
	t.Parallel()
	_, _, err := Address(t.TempDir())
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = ReadInput(InputFile(t.TempDir()))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestALockIsWaitedFor(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	first, err := Acquire(t.Context(), path, 0)
	require.NoError(t, err)
	got := make(chan error, 1)
	go func() {
		second, err := Acquire(t.Context(), path, time.Minute)
		if err == nil {
			second.Release()
		}
		got <- err
	}()
	first.Release()
	require.NoError(t, <-got)
}

func TestRewriteChangesAddressesAndPasswordsAlone(t *testing.T) {
	t.Parallel()
	base := options(t).Rollout
	rapid.Check(t, func(t *rapid.T) {
		r := base
		r.Farms = nil
		for i := range rapid.IntRange(1, 130).Draw(t, "farms") {
			f := base.Farms[0]
			f.Name = f.Name + string(rune('a'+i%26))
			r.Farms = append(r.Farms, f)
		}
		p := place{A: 40, B: rapid.IntRange(0, 200).Draw(t, "b")}
		before := r.Digest(farm.Release{})
		got := rewrite(r, p)
		require.Equal(t, before, r.Digest(farm.Release{}), "what came in is untouched")
		require.Len(t, endpointPorts(r), 5*len(r.Farms))

		seen := map[string]bool{}
		for i, f := range got.Farms {
			for j := range f.Servers {
				address := f.Servers[j].Address
				require.NotNil(t, net.ParseIP(address), address)
				require.True(t, strings.HasPrefix(address, "127.40."))
				require.False(t, seen[address], address)
				seen[address] = true
				got.Farms[i].Servers[j].Address = r.Farms[i].Servers[j].Address
			}
			for j := range f.SQLServers {
				require.False(t, seen[f.SQLServers[j].Address])
				seen[f.SQLServers[j].Address] = true
				got.Farms[i].SQLServers[j].Address = r.Farms[i].SQLServers[j].Address
			}
		}
		for i := range got.Credentials {
			require.Equal(t, "env:"+secretName(i), got.Credentials[i].Password)
			got.Credentials[i].Password = r.Credentials[i].Password
		}
		require.Equal(t, r, got)
	})
}

func TestPasswordsAreInNoFileAndNewEachTime(t *testing.T) {
	t.Parallel()
	o := options(t)
	r, err := Open(t.Context(), o)
	require.NoError(t, err)
	defer r.Close()
	one, other := passwords(r.Input().Rollout), passwords(r.Input().Rollout)
	require.Len(t, one, len(o.Rollout.Credentials))
	require.NotEqual(t, one, other)
	require.NotContains(t, strings.Join(r.devserver().env, "\n"), secretPrefix, "the Temporal server needs none")
	for _, c := range []child{r.simulator(one), r.worker("default", true, one)} {
		require.Contains(t, c.env, one[0])
		require.NotContains(t, strings.Join(c.args, " "), strings.TrimPrefix(one[0], secretName(0)+"="))
	}
}

func TestEachSiteHasAWorkerAndOneRunsWorkflows(t *testing.T) {
	t.Parallel()
	o := options(t)
	north := o.Rollout.Farms[0]
	north.Name, north.Site = "north", "north"
	o.Rollout.Farms = append(o.Rollout.Farms, north, north)
	require.Equal(t, []string{"default", "north"}, sites(o.Rollout))
}
