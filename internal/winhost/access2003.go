package winhost

import (
	"context"
	"strings"

	"farmhand/scripts"
)

// closeFolder2003 uses cacls, because icacls of Server 2003 SP2 cannot cut inheritance. Without /E it replaces the whole
// list and asks first; the answer comes through standard input. cacls takes names and no SIDs, and Windows translates the
// names of its groups, so they are asked for.
func (h *Host) closeFolder2003(ctx context.Context, folder, account string) (Result, error) {
	names, err := h.record(ctx, scripts.LocalNames, nil, nil, "names")
	if err != nil {
		return Result{}, err
	}
	language, err := names.Int("language")
	if err != nil {
		return Result{}, h.fail(scripts.LocalNames.Name, KindBadOutput, "%v", err)
	}
	system, administrators := names.Get("system"), names.Get("administrators")
	for _, name := range []string{system, administrators} {
		if !accountPattern.MatchString(name) {
			return Result{}, h.fail(scripts.LocalNames.Name, KindBadOutput, "%q is no name of an account", name)
		}
	}
	line := `cacls "` + folder + `" /T /G "` + system + `":F "` + administrators + `":F "` + account + `":F`
	return h.Command(ctx, line, strings.NewReader(yes(int(language))+"\r\n"))
}

// yes is the letter that agrees to a question of Windows, by the primary language of a locale id. Where the belief is
// wrong cacls changes nothing, and the probe job of preflight says so.
func yes(lcid int) string {
	switch lcid & 0x3ff {
	case 0x0c: // French: oui
		return "O"
	case 0x07, 0x13, 0x06, 0x14, 0x1d: // German and Dutch: ja; Danish, Norwegian, Swedish: ja
		return "J"
	case 0x0a, 0x10, 0x16: // Spanish, Italian, Portuguese: sí, sì, sim
		return "S"
	default:
		return "Y"
	}
}
