// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Published roots of append-only logs
/// @notice Shows that a log had a given Merkle root at the latest at a given block. A root that was published stays:
/// each publication is an event, and the size of a log only grows.
/// @dev Nothing here names a tenant: a log is a random 32-byte id. Whoever publishes first for an id owns it. Someone
/// who watches pending transactions can take an id before its first root is mined; the publisher is then refused and
/// takes another id, and no root of his stands under the old one.
contract AnchorRegistry {
    /// The caller does not own this log.
    error NotOwner(bytes32 log, address caller);

    /// A log only grows: the offered size must be above the published one.
    error SizeNotGrowing(bytes32 log, uint64 published, uint64 offered);

    /// Ownership of this log was not offered to the caller.
    error NotOffered(bytes32 log, address caller);

    /// A root was published. `previousBlock` is where the event of the smaller size stands (0: there is none), so
    /// that the history of a log can be read one block at a time, without a search.
    event RootPublished(bytes32 indexed log, uint64 indexed size, bytes32 root, uint32 previousBlock);

    /// The owner of a log offered it to another account, which must accept. The zero address withdraws the offer.
    event OwnershipOffered(bytes32 indexed log, address indexed owner, address indexed offeredTo);

    /// The account to which a log was offered accepted it.
    event OwnershipTransferred(bytes32 indexed log, address indexed previousOwner, address indexed newOwner);

    struct Head {
        address owner;
        uint64 size;
        uint32 publishedInBlock;
        bytes32 root;
    }

    mapping(bytes32 log => Head) private heads;
    mapping(bytes32 log => address) private offers;

    /// Publish the root that `log` has at `size` entries.
    function publish(bytes32 log, uint64 size, bytes32 root) external {
        Head storage head = heads[log];
        if (head.owner == address(0)) {
            head.owner = msg.sender;
            emit OwnershipTransferred(log, address(0), msg.sender);
        }
        if (head.owner != msg.sender) revert NotOwner(log, msg.sender);
        if (size <= head.size) revert SizeNotGrowing(log, head.size, size);

        emit RootPublished(log, size, root, head.publishedInBlock);
        head.size = size;
        head.publishedInBlock = uint32(block.number);
        head.root = root;
    }

    /// Offer `log` to another account; nothing changes until that account accepts.
    function offerOwnership(bytes32 log, address to) external {
        if (heads[log].owner != msg.sender) revert NotOwner(log, msg.sender);
        offers[log] = to;
        emit OwnershipOffered(log, msg.sender, to);
    }

    /// Take over a log that was offered to the caller.
    function acceptOwnership(bytes32 log) external {
        if (offers[log] != msg.sender) revert NotOffered(log, msg.sender);
        emit OwnershipTransferred(log, heads[log].owner, msg.sender);
        heads[log].owner = msg.sender;
        delete offers[log];
    }

    /// The newest publication of `log`: all zero when there is none.
    function latest(bytes32 log)
        external
        view
        returns (uint64 size, bytes32 root, uint32 publishedInBlock, address owner)
    {
        Head storage head = heads[log];
        return (head.size, head.root, head.publishedInBlock, head.owner);
    }

    /// The account to which `log` is on offer, or the zero address.
    function offeredTo(bytes32 log) external view returns (address) {
        return offers[log];
    }
}
