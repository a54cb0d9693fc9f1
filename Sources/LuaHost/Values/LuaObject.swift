// Swift objects and values that Lua sees as objects with methods.

import CLua
import CLuaBridge

/// A Swift type whose values are objects in Lua, with the methods of the ``Class`` declared for it.
///
/// One object of a Swift class is one object in Lua, however often it is handed over; a structure is
/// copied each time.
public protocol LuaObject: LuaConvertible {
    /// Bytes outside Lua's heap that the value keeps, so that the collector hurries; 0 when small.
    var nativeBytes: Int { get }
    /// What owns these bytes, if other objects share them: they count once for each owner.
    var nativeOwner: AnyObject? { get }
}

extension LuaObject {
    /// Small values need not tell their size.
    public var nativeBytes: Int { 0 }
    /// Most values share no memory.
    public var nativeOwner: AnyObject? { nil }

    /// Pushes the object.
    @inlinable
    public func push(onto stack: LuaStack) throws {
        if Self.self is AnyObject.Type {
            // Certainly a class instance, so this only changes the static type.
            try stack.push(instance: unsafeBitCast(self, to: AnyObject.self), self)
        } else {
            try stack.push(box: ValueBox(self), self)
        }
    }
}

extension LuaObject {
    /// The address of the owner, which lives as long as the value.
    fileprivate var nativeOwnerAddress: UnsafeRawPointer? {
        nativeOwner.map { UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque()) }
    }
}

extension LuaStack {
    /// Pushes an instance, which keeps the userdata that it was given first.
    @usableFromInline
    func push(instance: AnyObject, _ value: some LuaObject) throws {
        try reserve(6)
        let address = Unmanaged.passUnretained(instance).toOpaque()
        if nj_push_known_object(raw, address) { return }
        let bound = try bound(for: value, dynamicType: Swift.type(of: instance))
        _ = Unmanaged.passRetained(instance)
        nj_push_object(
            raw, address, bound.id, max(0, value.nativeBytes), value.nativeOwnerAddress, true)
    }

    /// Pushes a value in its own box.
    @usableFromInline
    func push<Value: LuaObject>(box: ValueBox<Value>, _ value: Value) throws {
        try reserve(6)
        let bound = try bound(for: value, dynamicType: Value.self)
        let retained = Unmanaged.passRetained(box).toOpaque()
        nj_push_object(
            raw, retained, bound.id, max(0, value.nativeBytes), value.nativeOwnerAddress, false)
    }

    private func bound(
        for value: some LuaObject, dynamicType: any Any.Type
    ) throws -> BoundClass {
        guard let owner else { throw LuaError.closed }
        let bound = try owner.classes.bound(for: value, dynamicType: dynamicType)
        try bound.prepare(self)
        return bound
    }
}

/// Gives a structure or enumeration an address.
@usableFromInline
final class ValueBox<Value>: AnyValueBox {
    @usableFromInline let value: Value

    @usableFromInline
    init(_ value: Value) { self.value = value }

    @usableFromInline override var anyValue: Any { value }
}

/// A ``ValueBox`` of any type.
@usableFromInline
class AnyValueBox {
    @usableFromInline var anyValue: Any { self }
}

/// The Swift side of a userdata, before its type is known.
@usableFromInline
struct StoredObject {
    /// How an object is held, seen from a type that is asked for.
    @usableFromInline
    enum Storage {
        /// The instance itself, certainly of the type.
        case reference
        /// A ``ValueBox`` of the type.
        case boxed
        /// To be found out by a dynamic cast.
        case other
    }

    /// Not counted: the userdata holds it, and it is read at once.
    @usableFromInline let instance: Unmanaged<AnyObject>
    @usableFromInline let storage: Storage

    /// The object in a block; nothing if the value is something else or was released.
    @usableFromInline
    init?(_ block: UnsafePointer<nj_object>?, for type: any Any.Type) {
        guard let block, let object = block.pointee.held?.pointee.object else { return nil }
        instance = Unmanaged<AnyObject>.fromOpaque(object)
        // The class vouches for the declared type, so the usual case needs no dynamic cast.
        storage = Unmanaged<BoundClass>.fromOpaque(block.pointee.class_id)
            ._withUnsafeGuaranteedRef { $0.storage(of: type) }
    }

    /// The object as a `T`, if it is one; `type` is the one that the initialiser got.
    @inlinable
    func value<T>(as type: T.Type) -> T? {
        switch storage {
        case .reference: return unsafeBitCast(instance.takeUnretainedValue(), to: T.self)
        case .boxed:
            return instance._withUnsafeGuaranteedRef {
                unsafeDowncast($0, to: ValueBox<T>.self).value
            }
        case .other: return castValue(as: type)
        }
    }

    /// The object as a `T`, if a dynamic cast finds that it is one.
    @inlinable
    func castValue<T>(as type: T.Type) -> T? {
        let instance = instance.takeUnretainedValue()
        if let box = instance as? AnyValueBox { return box.anyValue as? T }
        return instance as? T
    }

    /// Runs `body` on the object, which is kept meanwhile, if it is a `T`.
    @inlinable
    func withValue<T, Result>(
        as type: T.Type, _ body: (T) throws -> Result
    ) rethrows -> Result? {
        guard case .boxed = storage else { return try value(as: type).map(body) }
        let box = unsafeDowncast(instance.takeUnretainedValue(), to: ValueBox<T>.self)
        return try body(box.value)
    }
}

extension LuaStack {
    /// The Swift value at an index, if it is a `T`; nothing if it is something else or was released.
    @inlinable
    func object<T>(_ index: Int32, as type: T.Type) -> T? {
        StoredObject(block(index), for: type)?.value(as: type)
    }

    @usableFromInline
    func block(_ index: Int32) -> UnsafePointer<nj_object>? { nj_object_at(raw, index) }

    /// The class of the object at an index, and whether it was released.
    func boundClass(_ index: Int32) -> (bound: BoundClass, isReleased: Bool)? {
        guard let block = block(index)?.pointee else { return nil }
        let bound = Unmanaged<BoundClass>.fromOpaque(block.class_id).takeUnretainedValue()
        return (bound, block.held == nil)
    }
}
