package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/config"
)

// TestMistakesInWindows puts windows, freezes and sites into a valid file. Every mistake of a file is reported at once.
func TestMistakesInWindows(t *testing.T) {
	const night = `{days: [sat], from: '20:00', to: '08:00', zone: Europe/Berlin}`
	for _, tc := range []struct {
		name, top, farm string
		want            []string
	}{
		{"of the rollout", "windows: [" + night + "]\nrestore_needs: 2h\n", "", nil},
		{"of the farm", "", "    windows: [" + night + "]\n    restore_needs: 2h\n", nil},
		{"of the site", "sites: [{name: default, restore_needs: 2h, windows: [" + night + "]}]\n", "", nil},
		{"of one date", "restore_needs: 2h\n", "    windows: [{from: 2026-11-28 22:00, to: 2026-11-29 08:00, zone: America/New_York}]\n", nil},
		{"a freeze alone", "restore_needs: 2h\nfreezes: [{from: 2026-12-18 00:00, to: 2027-01-07 00:00, zone: UTC, reason: year end}]\n", "", nil},
		{"two that touch", "restore_needs: 2h\nwindows:\n  - {days: [sat], from: '20:00', to: '24:00', zone: UTC}\n  - {days: [sun], from: '00:00', to: '08:00', zone: UTC}\n", "", nil},
		{"zone", "restore_needs: 2h\nwindows: [{days: [sat], from: '20:00', to: '08:00', zone: Europe/Berln}]\n", "", []string{`18: windows[0].zone: "Europe/Berln" is no time zone known here; want a name of the IANA time zone database`}},
		{"no zone", "restore_needs: 2h\nwindows: [{days: [sat], from: '20:00', to: '08:00'}]\n", "", []string{`18: windows[0].zone: missing`}},
		{"the computer's zone", "restore_needs: 2h\nwindows: [{days: [sat], from: '20:00', to: '08:00', zone: Local}]\n", "", []string{`18: windows[0].zone: Local is another zone on each computer`}},
		{"days", "restore_needs: 2h\nwindows: [{days: [sut, sun, Sun], from: '20:00', to: '08:00', zone: UTC}]\n", "", []string{`18: windows[0].days[0]: "sut" is no day of the week`, "18: windows[0].days[2]: Sun is listed twice"}},
		{"times", "restore_needs: 2h\nwindows: [{days: [sun], from: '25:00', to: 2026-11-28 22:00, zone: UTC}]\n", "", []string{`18: windows[0].from: "25:00" is no time of day`, `18: windows[0].to: "2026-11-28 22:00" is no time of day`}},
		{"dates", "restore_needs: 2h\nwindows: [{from: '22:00', to: 2026-11-31 22:00, zone: UTC}]\n", "", []string{`18: windows[0].from: "22:00" is no date with a time of day`, `18: windows[0].to: "2026-11-31 22:00" is no date`}},
		{"backwards", "restore_needs: 2h\nwindows: [{from: 2026-11-29 22:00, to: 2026-11-29 06:00, zone: UTC}]\n", "", []string{"18: windows[0].to: 2026-11-29 06:00 is not after 2026-11-29 22:00"}},
		{"no length", "restore_needs: 2h\nwindows: [{days: [sun], from: '22:00', to: '22:00', zone: UTC}]\n", "", []string{"18: windows[0].to: the window ends when it begins"}},
		{"too short", "restore_needs: 2h\nwindows: [{days: [sun], from: '22:00', to: '23:00', zone: UTC}]\n", "", []string{"18: windows[0]: the window is 1h0m long, and the plan of pwa takes "}},
		{"too short for the back-out", "restore_needs: 20h\nwindows: [" + night + "]\n", "", []string{"18: windows[0]: the window is 12h0m long, and the plan of pwa takes 2"}},
		{"no restore_needs", "windows: [" + night + "]\n", "", []string{"restore_needs: missing; say how long a back-out takes"}},
		{"no restore_needs of the farm", "", "    windows: [" + night + "]\n", []string{"farms[0].restore_needs: missing"}},
		{"no restore_needs of the site", "sites: [{name: default, windows: [" + night + "]}]\n", "", []string{"sites[0].restore_needs: missing"}},
		{"a freeze without a reason", "restore_needs: 2h\nfreezes: [{from: 2026-12-18 00:00, to: 2027-01-07 00:00, zone: UTC}]\n", "", []string{"18: freezes[0].reason: missing"}},
		{"a freeze that covers everything", "freezes: [{from: 2026-11-01 00:00, to: 2027-01-07 00:00, zone: UTC, reason: audit}]\n",
			"    restore_needs: 2h\n    windows: [{from: 2026-11-28 22:00, to: 2026-11-29 08:00, zone: UTC}]\n", []string{"farms[0].windows: nothing is left of the windows: freezes cover all of them"}},
		{"a site of no farm", "sites: [{name: defalt}]\n", "", []string{`17: sites[0].name: a farm of site "defalt" does not exist; did you mean "default"?`}},
		{"too many farms of a site at once", "sites: [{name: default, max_parallel: 501}]\n", "", []string{"17: sites[0].max_parallel: 501 is out of range; want 1 to 500 farms at once"}},
		{"a site twice", "sites: [{name: default}, {name: default}]\n", "", []string{`17: sites[1].name: site "default" is already used`}},
		{"nobody in an emergency", "emergency: ['', frank, Frank]\n", "", []string{"17: emergency[0]: missing; name a person", `17: emergency[2]: person "Frank" is already used`}},
		{"everything at once", "windows: [{days: [sut], from: x, to: y, zone: z}]\nfreezes: [{from: 2026-12-18 00:00, to: 2027-01-07 00:00, zone: UTC}]\n", "", []string{
			"17: windows[0].days[0]: ", "17: windows[0].from: ", "17: windows[0].to: ", "17: windows[0].zone: ", "18: freezes[0].reason: ",
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text := valid(t, "farms:\n  - name: pwa\n", tc.top+"farms:\n  - name: pwa\n"+tc.farm)
			_, _, err := config.Decode("rollout.yaml", []byte(text), "")
			if len(tc.want) == 0 {
				require.NoError(t, err)
				return
			}
			var mistakes *config.Mistakes
			require.ErrorAs(t, err, &mistakes)
			require.Len(t, mistakes.List, len(tc.want), err.Error())
			for _, want := range tc.want {
				require.Contains(t, err.Error(), want)
			}
		})
	}
}

// TestWindowOfManyFarms: a window that many farms have in common is one mistake, not one for each.
func TestWindowOfManyFarms(t *testing.T) {
	text := valid(t, "farms:\n", "restore_needs: 2h\nwindows: [{days: [sun], from: '22:00', to: '23:00', zone: UTC}]\nfarms:\n")
	at := strings.Index(text, "  - name: pwa")
	other := strings.NewReplacer("name: pwa", "name: pwb", "10.0.0.", "10.0.1.").Replace(text[at:])
	_, _, err := config.Decode("rollout.yaml", []byte(text+"\n"+other), "")
	var mistakes *config.Mistakes
	require.ErrorAs(t, err, &mistakes)
	require.Len(t, mistakes.List, 1, err.Error())
}

// TestWindowsAreRead as the file has them.
func TestWindowsAreRead(t *testing.T) {
	text := valid(t, "farms:\n", "restore_needs: 90m\nwindows: [{days: [sat, sun], from: 20:00, to: 08:00, zone: Europe/Berlin}]\nemergency: [frank]\nfarms:\n")
	r, _, err := config.Decode("rollout.yaml", []byte(text), "")
	require.NoError(t, err)
	c := r.Calendar(r.Farms[0])
	require.Equal(t, 90*time.Minute, c.RestoreNeeds)
	require.Len(t, c.Windows, 1)
	require.Equal(t, "sat, sun 20:00 to 08:00 Europe/Berlin", c.Windows[0].Says())
	require.Equal(t, []string{"frank"}, r.Emergency)
}

// TestWindowsOfABrokenFarm: a farm without servers has no plan to hold windows against, and still all its mistakes are told.
func TestWindowsOfABrokenFarm(t *testing.T) {
	const text = "rollout: r\nrelease: infrastructure-update\nwindows: [{days: [sun], from: '22:00', to: '23:00', zone: UTC}]\nrestore_needs: 1h\nfarms:\n  - {name: a, strategy: detach-content-databases}\n  - {name: b, servers: [{name: X, roles: [database]}]}\n"
	_, _, err := config.Decode("rollout.yaml", []byte(text), "")
	var mistakes *config.Mistakes
	require.ErrorAs(t, err, &mistakes)
	require.ErrorContains(t, err, "a farm needs at least one server")
}
