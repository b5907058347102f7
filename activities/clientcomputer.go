package activities

import (
	"context"

	"farmhand/internal/farm"
	"farmhand/internal/winhost"
	"farmhand/scripts"
)

// ClientComputerRequest asks a client computer what it has of the products that the requirement is about. The target's
// server is the computer.
type ClientComputerRequest struct {
	ServerTarget
	Client farm.Client `json:"client"`
}

// ReadClientComputer reads the installed products of one client computer and their patches, from where "Currently
// installed programs and updates" has them (the article, "Client-side requirements"). It changes nothing.
func (a *Activities) ReadClientComputer(ctx context.Context, r ClientComputerRequest) ([]farm.ClientRecord, error) {
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return nil, err
	}
	_, stop := keepBeating(ctx, "reading the installed products")
	defer stop()
	products, err := installedProducts(ctx, h)
	if err != nil {
		return nil, fail(r.Server.Name, farm.StepCheckClients, err)
	}
	return farm.ClientRecords(r.Client, r.Server.Name, products), nil
}

// installedProducts reads the products of the Office family with their patches.
func installedProducts(ctx context.Context, h *winhost.Host) ([]farm.InstalledProduct, error) {
	records, err := h.Script(ctx, scripts.Products, nil, nil)
	if err != nil {
		return nil, err
	}
	var products []farm.InstalledProduct
	at := map[string]int{} // by product code
	for _, r := range records {
		if r.Kind != "product" {
			continue
		}
		p := farm.InstalledProduct{PatchState: farm.PatchState{Name: r.Get("name")}}
		if v, err := farm.ParseVersion(r.Get("version")); err == nil {
			p.Version = v
		}
		at[r.Get("code")] = len(products)
		products = append(products, p)
	}
	for _, r := range records {
		if i, ok := at[r.Get("product")]; ok && r.Kind == "patch" {
			products[i].Patches = append(products[i].Patches, farm.PatchState{Name: r.Get("name"), State: r.Get("state")})
		}
	}
	return products, nil
}
