"""Makes the files beside it, with PyTorch 2.13: python make.py FOLDER"""
import argparse, collections, sys, torch

folder = sys.argv[1]
torch.manual_seed(0)
base = torch.arange(20, dtype=torch.float32)
state = collections.OrderedDict()
state['a.weight'] = torch.arange(24.).reshape(2, 3, 4)
state['a.half'] = torch.tensor([1.5, -2, 65504]).half()
state['a.bf16'] = torch.tensor([1.5, -2, 3e38]).bfloat16()
state['a.double'] = torch.tensor([[1e-300]], dtype=torch.float64)
state['a.num_batches_tracked'] = torch.tensor(7)
state['view.t'] = base[2:14].reshape(3, 4).t()
state['view.every2'] = base[::2]
state['cl'] = torch.arange(24.).reshape(2, 3, 2, 2).contiguous(memory_format=torch.channels_last)
state['i8'] = torch.tensor([-1, 2], dtype=torch.int8)
state['b'] = torch.tensor([True, False])
state['u8'] = torch.tensor([255], dtype=torch.uint8)
state['empty'] = torch.zeros(0, 3)
state['param'] = torch.nn.Parameter(torch.tensor([3., 4.]))
torch.save(state, folder + '/new.pth')
torch.save(state, folder + '/old.pth', _use_new_zipfile_serialization=False)

net = torch.nn.DataParallel(torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2)))
optimizer = torch.optim.Adam(net.parameters())
net(torch.randn(4, 2)).sum().backward()
optimizer.step()
torch.save({'epoch': 3, 'arch': 'x', 'state_dict': net.state_dict(), 'optimizer': optimizer.state_dict(),
            'best': 0.5, 'args': argparse.Namespace(lr=1), 'dtype': torch.float32,
            'dev': torch.device('cpu'), 'size': torch.Size([1, 2])}, folder + '/wrapped.pth')
torch.save(net, folder + '/whole.pth')
torch.jit.script(torch.nn.Linear(2, 2)).save(folder + '/script.pt')
