package activities

import (
	"context"
	"fmt"
	"strings"
	"time"

	"farmhand/internal/farm"
	"farmhand/internal/winhost"
	"farmhand/scripts"
)

// ClearConfigCache clears the SharePoint configuration cache of one server as KB939308 says: stop the timer
// service, delete the XML files of the cache, set cache.ini to 1. It proves it, and answers with the cache
// as it was. The timer service stays stopped until RebuildConfigCache, so that no server fetches the
// configuration while another one still has its stale copy.
func (a *Activities) ClearConfigCache(ctx context.Context, t ServerTarget) (farm.ConfigCache, error) {
	h, err := a.host(t)
	if err != nil {
		return farm.ConfigCache{}, err
	}
	_, stop := keepBeating(ctx, "clearing the configuration cache of "+t.Server.Name)
	defer stop()
	before, err := readConfigCache(ctx, h, t.Server.Name)
	if err != nil {
		return before, fail(t.Server.Name, farm.StepClearConfigCache, err)
	}
	if err := h.StopService(ctx, farm.ServiceTimer); err != nil {
		return before, fail(t.Server.Name, farm.StepClearConfigCache, err)
	}
	if before.Folder == "" {
		return before, nil
	}
	for _, command := range []string{
		`del /f /q "` + before.Folder + `\*.xml"`,
		`>"` + before.Folder + `\cache.ini" echo ` + farm.ConfigCacheReset,
	} {
		r, err := h.Command(ctx, command)
		if err != nil {
			return before, fail(t.Server.Name, farm.StepClearConfigCache, err)
		}
		if r.Exit != 0 {
			return before, Fail(farm.Failure{
				Kind: farm.FailureCommand, Step: farm.StepClearConfigCache, Server: t.Server.Name, Ran: command, Exit: &r.Exit,
				Message: "the configuration cache could not be changed: " + strings.TrimSpace(r.Stderr+r.Stdout), Advice: "do it by hand (KB939308), then retry",
			})
		}
	}
	after, err := readConfigCache(ctx, h, t.Server.Name)
	if err != nil {
		return before, fail(t.Server.Name, farm.StepClearConfigCache, err)
	}
	if after.Files > 0 || after.Stamp != farm.ConfigCacheReset {
		return before, failf(farm.FailureNotProven, t.Server.Name, farm.StepClearConfigCache,
			"the configuration cache is not clear: "+after.String(), "look who holds the files, then retry")
	}
	return before, nil
}

// cacheWait is how long a timer service may take to fetch the configuration again before people are asked.
const cacheWait = 10 * time.Minute

// RebuildConfigCache starts the timer service and waits until it has filled the cache again.
func (a *Activities) RebuildConfigCache(ctx context.Context, t ServerTarget) (farm.ConfigCache, error) {
	h, err := a.host(t)
	if err != nil {
		return farm.ConfigCache{}, err
	}
	say, stop := keepBeating(ctx, "starting "+farm.ServiceTimer)
	defer stop()
	if err := h.StartService(ctx, farm.ServiceTimer); err != nil {
		return farm.ConfigCache{}, fail(t.Server.Name, farm.StepClearConfigCache, err)
	}
	for started := time.Now(); ; {
		cache, err := readConfigCache(ctx, h, t.Server.Name)
		if err != nil {
			return cache, fail(t.Server.Name, farm.StepClearConfigCache, err)
		}
		if cache.Folder == "" || cache.Rebuilt() {
			return cache, nil
		}
		if time.Since(started) > cacheWait {
			return cache, failf(farm.FailureNotProven, t.Server.Name, farm.StepClearConfigCache,
				fmt.Sprintf("%s runs and has not filled the configuration cache after %s: %s", farm.ServiceTimer, cacheWait, cache), "read the Application event log of the server, then retry")
		}
		say("waiting for the configuration cache: " + cache.String())
		if err := sleep(ctx, time.Second); err != nil {
			return cache, fail(t.Server.Name, farm.StepClearConfigCache, err)
		}
	}
}

// readConfigCache reads the cache in use.
func readConfigCache(ctx context.Context, h *winhost.Host, server string) (farm.ConfigCache, error) {
	none := farm.ConfigCache{Server: server}
	records, err := h.Script(ctx, scripts.ConfigCache, nil, nil)
	if err != nil {
		return none, err
	}
	var found []farm.ConfigCache
	var current []bool
	for _, r := range records {
		if r.Kind != "cache" {
			continue
		}
		files, err := r.Int("files")
		if err != nil {
			return none, err
		}
		found = append(found, farm.ConfigCache{Server: server, Folder: r.Get("path"), Stamp: r.Get("stamp"), Files: int(files)})
		current = append(current, r.Bool("current"))
	}
	c, ok := farm.CurrentConfigCache(found, current)
	if !ok {
		return none, failf(farm.FailureAmbiguous, server, farm.StepClearConfigCache,
			"the server has several configuration caches, and the registry does not say which one is in use",
			"clear the right one by hand (KB939308), then retry the wizard")
	}
	c.Server = server
	if c.Folder == "" {
		return c, nil
	}
	return c, standInCommand(server, farm.StepClearConfigCache, c.Folder)
}
