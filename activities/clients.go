package activities

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"farmhand/internal/farm"
)

// maxInventory bounds a client inventory: a hundred thousand computers with their updates.
const maxInventory = 64 << 20

// ClientsRequest asks what an inventory, and computers that were asked, say of a farm's clients.
type ClientsRequest struct {
	Farm string `json:"farm"`
	// Inventory is the file's name in the worker's inventory directory; empty where only computers were asked.
	Inventory string      `json:"inventory"`
	Client    farm.Client `json:"client"`
	// Asked is what ReadClientComputer found, of AskedComputers computers.
	Asked          []farm.ClientRecord `json:"asked,omitempty"`
	AskedComputers int                 `json:"asked_computers,omitempty"`
}

// ReadClients reads the inventory anew, where there is one, and holds it and what computers said against the requirement (the article, "Client-side requirements").
// Only files of the worker's own inventory directory are read: a rollout file must not read the worker's disk.
func (a *Activities) ReadClients(_ context.Context, r ClientsRequest) (farm.ClientFacts, error) {
	if r.Inventory == "" {
		facts := farm.JudgeClients(r.Client, r.Asked)
		facts.Asked = r.AskedComputers
		return facts, nil
	}
	failed := func(kind farm.FailureKind, message, advice string) (farm.ClientFacts, error) {
		return farm.ClientFacts{}, Fail(farm.Failure{Kind: kind, Server: r.Farm, Message: message, Advice: advice})
	}
	if a.opts.InventoryDir == "" {
		return failed(farm.FailureConfig, "the worker of this site has no inventory directory", "set inventory.directory in the worker's settings, and put "+r.Inventory+" there")
	}
	dir, err := os.OpenRoot(a.opts.InventoryDir)
	if err != nil {
		return failed(farm.FailureConfig, "the worker's inventory directory cannot be opened: "+err.Error(), "correct inventory.directory in the worker's settings")
	}
	defer func() { _ = dir.Close() }()
	f, err := dir.Open(r.Inventory)
	if err != nil || filepath.Base(r.Inventory) != r.Inventory {
		if errors.Is(err, fs.ErrNotExist) {
			return failed(farm.FailureNotFound, "there is no "+r.Inventory+" in the worker's inventory directory", "export it there, then retry")
		}
		return failed(farm.FailureConfig, fmt.Sprintf("%q is not a file of the worker's inventory directory", r.Inventory), "name the file alone")
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return failed(farm.FailureEnvironment, err.Error(), "look at the file "+r.Inventory)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxInventory+1))
	switch {
	case err != nil:
		return failed(farm.FailureEnvironment, err.Error(), "look at the file "+r.Inventory)
	case len(data) > maxInventory:
		return failed(farm.FailureTooBig, r.Inventory+" is larger than 64 MB", "export fewer columns, or the clients of this farm alone")
	}
	records, err := farm.ParseInventory(data)
	if err != nil {
		return failed(farm.FailureBadInput, r.Inventory+": "+err.Error(), "correct the file, then retry")
	}
	facts := farm.JudgeClients(r.Client, append(records, r.Asked...))
	facts.Asked = r.AskedComputers
	sum := sha256.Sum256(data)
	facts.Inventory, facts.SHA256, facts.Written = r.Inventory, hex.EncodeToString(sum[:]), info.ModTime().UTC()
	return facts, nil
}
