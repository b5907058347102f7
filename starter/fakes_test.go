package main

import (
	"context"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	namespacepb "go.temporal.io/api/namespace/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	workerpb "go.temporal.io/api/worker/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// namespaces is a server whose namespaces keep closed runs for some time.
type namespaces struct {
	workflowservice.WorkflowServiceClient
	keep time.Duration
}

func (n *namespaces) DescribeNamespace(context.Context, *workflowservice.DescribeNamespaceRequest, ...grpc.CallOption) (*workflowservice.DescribeNamespaceResponse, error) {
	return &workflowservice.DescribeNamespaceResponse{
		Config: &namespacepb.NamespaceConfig{WorkflowExecutionRetentionTtl: durationpb.New(n.keep)},
	}, nil
}

// ListWorkers says that no worker reports.
func (*namespaces) ListWorkers(context.Context, *workflowservice.ListWorkersRequest, ...grpc.CallOption) (*workflowservice.ListWorkersResponse, error) {
	return &workflowservice.ListWorkersResponse{}, nil
}

// silent is a server that is older than workers' reports.
type silent struct {
	workflowservice.WorkflowServiceClient
}

func (silent) ListWorkers(context.Context, *workflowservice.ListWorkersRequest, ...grpc.CallOption) (*workflowservice.ListWorkersResponse, error) {
	return nil, serviceerror.NewUnimplemented("unknown method ListWorkers")
}

// busy is a server with one worker that reported lately: all its places are taken.
type busy struct {
	namespaces
	places int32
}

func (*busy) ListWorkers(context.Context, *workflowservice.ListWorkersRequest, ...grpc.CallOption) (*workflowservice.ListWorkersResponse, error) {
	return &workflowservice.ListWorkersResponse{Workers: []*workerpb.WorkerListInfo{{WorkerInstanceKey: "one"}}}, nil
}

func (b *busy) DescribeWorker(context.Context, *workflowservice.DescribeWorkerRequest, ...grpc.CallOption) (*workflowservice.DescribeWorkerResponse, error) {
	return &workflowservice.DescribeWorkerResponse{WorkerInfo: &workerpb.WorkerInfo{WorkerHeartbeat: &workerpb.WorkerHeartbeat{
		Status: enumspb.WORKER_STATUS_RUNNING, HeartbeatTime: timestamppb.New(noon), ActivityTaskSlotsInfo: &workerpb.WorkerSlotsInfo{CurrentUsedSlots: b.places},
	}}}, nil
}

// searchAttributes is a server without custom search attributes.
type searchAttributes struct {
	operatorservice.OperatorServiceClient
}

func (*searchAttributes) ListSearchAttributes(context.Context, *operatorservice.ListSearchAttributesRequest, ...grpc.CallOption) (*operatorservice.ListSearchAttributesResponse, error) {
	return &operatorservice.ListSearchAttributesResponse{}, nil
}

// deployments is a namespace with one Worker Deployment.
type deployments struct {
	client.WorkerDeploymentClient
	client.WorkerDeploymentHandle
	info client.WorkerDeploymentInfo
	read bool
}

func (d *deployments) List(context.Context, client.WorkerDeploymentListOptions) (client.WorkerDeploymentListIterator, error) {
	return d, nil
}

func (d *deployments) HasNext() bool { return !d.read }

func (d *deployments) Next() (*client.WorkerDeploymentListEntry, error) {
	d.read = true
	return &client.WorkerDeploymentListEntry{Name: d.info.Name}, nil
}

func (d *deployments) GetHandle(string) client.WorkerDeploymentHandle { return d }

func (d *deployments) Describe(context.Context, client.WorkerDeploymentDescribeOptions) (client.WorkerDeploymentDescribeResponse, error) {
	return client.WorkerDeploymentDescribeResponse{Info: d.info}, nil
}
